"""What every rule of replacement promises; see `evo.qd.replacements.Replacement`."""

from __future__ import annotations

from abc import abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from evo.qd.archive import Archive
from evo.qd.noise import Noise
from evo.records import Direction
from evo.testing import samples
from evo.testing.part import PartContract, twice

if TYPE_CHECKING:
    from evo.qd.replacements import Replacement
    from evo.records import Placement

_MARGINS = (0.0, 0.1, 5.0)


class ReplacementContract(PartContract):
    """The promises of a rule of replacement: who is in place stays, unless the newcomer is better by the margin."""

    kind: ClassVar[str] = "replacement"

    @abstractmethod
    def make(self) -> Replacement:
        """Return the rule; see `PartContract.make`."""

    def archive(self) -> Archive:
        """Return an empty archive with the rule, and with a second objective where it holds fronts."""
        rule = self.make()
        aims = {"y": Direction.MINIMIZE} if rule.fronts else {}
        return Archive(
            samples.space(cells=3),
            Direction.MAXIMIZE,
            per_cell=2,
            aims=MappingProxyType(aims),
            rule=rule,
            noise=None if rule.z is None else Noise(rule.z),
        )

    def test_it_says_what_it_is(self) -> None:
        """The archive and the retests go by it."""
        rule = self.make()
        assert isinstance(type(rule).fronts, bool), f"fronts = {rule.fronts!r}; expected a class attribute, bool"
        assert rule.z is None or rule.z > 0, f"z = {rule.z!r}; expected None, or a number over 0"

    def test_a_tie_keeps_the_incumbent(self) -> None:
        """Replacing on equality would make a replay depend on the order of arrival."""
        newcomer, incumbent = samples.elites(2)
        for margin in _MARGINS:
            displaced = self.make().displaces(newcomer, incumbent, gain=0.0, margin=margin)
            assert not displaced, f"a gain of 0 displaces at a margin of {margin}"

    def test_who_is_worse_displaces_nobody(self) -> None:
        """The best of a cell is never lost."""
        newcomer, incumbent = samples.elites(2)
        for margin in _MARGINS:
            for gain in (-1e-9, -1.0, -1e9):
                displaced = self.make().displaces(newcomer, incumbent, gain=gain, margin=margin)
                assert not displaced, f"a gain of {gain} displaces at a margin of {margin}"

    def test_a_gain_within_the_margin_keeps_the_incumbent(self) -> None:
        """The margin is the noise of a score."""
        newcomer, incumbent = samples.elites(2)
        displaced = self.make().displaces(newcomer, incumbent, gain=0.1, margin=0.1)
        assert not displaced, "a gain of 0.1 displaces at a margin of 0.1"

    def test_a_larger_gain_never_counts_less(self) -> None:
        """Among newcomers that are alike, the better one has the better chance."""
        newcomer, incumbent = samples.elites(2)
        gains = [10.0**power for power in range(-9, 10)]
        told = [self.make().displaces(newcomer, incumbent, gain=gain, margin=0.0) for gain in gains]
        assert told == sorted(told), (
            f"a gain displaces though a larger one does not: {dict(zip(gains, told, strict=True))}"
        )

    def test_an_archive_with_it_folds_the_same_every_time(self) -> None:
        """Archives are folds over commits."""

        def fold() -> list[Placement]:
            held = self.archive()
            return [placement for elite in samples.elites(60) for placement in held.offer(elite)]

        placements = twice(fold, "displaces")
        assert placements, "nothing was placed"

    def test_an_archive_with_it_never_gets_worse(self) -> None:
        """What was found stays found."""
        held, best = self.archive(), float("-inf")
        for elite in samples.elites(60):
            held.offer(elite)
            now = held.best()
            assert now is not None, "the archive is empty after an elite was offered"
            assert now.objective >= best, f"the best of the archive fell from {best} to {now.objective}"
            best = now.objective

    def test_offering_an_elite_again_changes_nothing(self) -> None:
        """The same program may arrive twice, by way of migration."""
        held = self.archive()
        for elite in samples.elites(30):
            held.offer(elite)
        before = held.elites()
        for elite in before:
            held.offer(elite)
        assert held.elites() == before, "offering its own elites again changed the archive"
