"""What every mix promises; see `evo.propose.operator_bandits.Mix`."""

from __future__ import annotations

from abc import abstractmethod
from copy import deepcopy
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.rewrite import Rewrite
from evo.propose.operator_bandits import Arms
from evo.rng import stream
from evo.testing.part import PartContract, refusal, twice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.propose.emitters.emitter import Emitter
    from evo.propose.operator_bandits import Mix

_DRAWS = 60


class MixContract(PartContract):
    """The promises of a mix: one of the emitters, with a weight, chosen by `rng` and by what became of the arms."""

    kind: ClassVar[str] = "mix"

    @abstractmethod
    def make(self) -> Mix:
        """Return the mix; see `PartContract.make`."""

    def emitters(self) -> Sequence[Emitter]:
        """Return emitters, one of them without any weight."""
        return (Diff(weight=2.0), Rewrite(weight=0.0), Crossover(weight=1.0, llm="strong", cost=3.0))

    def histories(self) -> list[Arms]:
        """Return how the arms have done: not at all yet, only one of them, and all of them."""
        later = Arms()
        for number in range(40):
            rng = stream(0, "contract", number)
            emitter = rng.choice(self.emitters())
            later.observe(emitter.operator, emitter.llm, won=rng.randrange(3) == 0, gain=rng.gauss(0.0, 1.0))
        first = Arms()
        first.observe("diff", "fast", won=True, gain=0.5)
        return [Arms(), first, later]

    def test_it_says_what_it_is(self) -> None:
        """An estimate goes by it."""
        weighted = getattr(type(self.make()), "weighted", None)
        assert isinstance(weighted, bool), f"weighted = {weighted!r}; expected a class attribute, bool"

    def test_it_picks_one_of_the_emitters_that_has_a_weight(self) -> None:
        """A weight of 0 takes an emitter out."""
        given = self.emitters()
        for arms in self.histories():
            for number in range(_DRAWS):
                picked = self.make().pick(given, arms, stream(1, "contract", number))
                assert any(picked is each for each in given), f"{picked!r} is none of the emitters that were given"
                assert picked.weight > 0, f"{picked.operator} was picked though its weight is 0"

    def test_the_only_emitter_is_picked(self) -> None:
        """There is no other one."""
        for only in (each for each in self.emitters() if each.weight > 0):
            for arms in self.histories():
                picked = self.make().pick([only], arms, stream(2, "contract", 0))
                assert picked is only, f"expected {only!r}; got {picked!r}"

    def test_no_emitter_and_no_weight_are_refused(self) -> None:
        """There is nobody to pick."""
        weightless = [each for each in self.emitters() if each.weight == 0]
        for given in ([], weightless):
            error = refusal(lambda g=given: self.make().pick(g, Arms(), stream(3, "contract", 0)))
            assert error is not None, f"expected an EvoError for {len(given)} emitters without a weight; got a choice"

    def test_equal_chance_gives_an_equal_choice(self) -> None:
        """A run is replayed by drawing again."""
        given = self.emitters()
        for arms in self.histories():
            twice(lambda a=arms: [self.make().pick(given, a, stream(4, "contract", n)) for n in range(_DRAWS)], "pick")

    def test_it_leaves_the_arms_as_they_were(self) -> None:
        """Only commits change what is known of them."""
        for arms in self.histories():
            before = deepcopy(arms)
            for number in range(_DRAWS):
                self.make().pick(self.emitters(), arms, stream(5, "contract", number))
            assert _counted(arms) == _counted(before), "pick changed the arms that it was given"


def _counted(arms: Arms) -> tuple[dict[object, int], ...]:
    # A Counter that is read of an unknown arm does not grow; one that is written to with 0 does, and means the same.
    return tuple({key: count for key, count in each.items() if count} for each in (arms.tries, arms.wins))
