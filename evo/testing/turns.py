"""What every choice of islands promises; see `evo.qd.island_bandits.Turns`."""

from __future__ import annotations

from abc import abstractmethod
from copy import deepcopy
from typing import TYPE_CHECKING, ClassVar

from evo.qd.island_bandits import Standing
from evo.rng import stream
from evo.testing import samples
from evo.testing.part import PartContract, twice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.archive import Archive
    from evo.qd.island_bandits import Turns

_TICKETS = 60


class TurnsContract(PartContract):
    """The promises of a choice of islands: one of those there are, a function of what the commits tell."""

    kind: ClassVar[str] = "turns"

    @abstractmethod
    def make(self) -> Turns:
        """Return the choice of islands; see `PartContract.make`."""

    def situations(self) -> list[tuple[Sequence[Archive], Sequence[Standing]]]:
        """Return islands with their standings: at the start of a run, on a single island, and later on."""
        later = [Standing(tries=each.randrange(50), wins=each.randrange(9)) for each in map(_stream, range(4))]
        return [
            (samples.islands(0, 0, 0), [Standing() for _ in range(3)]),
            (samples.islands(5), [Standing(tries=9, wins=2)]),
            (samples.islands(9, 0, 30, 3), later),
        ]

    def test_it_is_an_island_that_there_is(self) -> None:
        """A ticket without an island cannot be issued."""
        for archives, standings in self.situations():
            for number in range(_TICKETS):
                island = self.make().island(number, archives, standings)
                there = type(island) is int and 0 <= island < len(archives)
                assert there, (
                    f"ticket {number} of {len(archives)} islands: expected 0 to {len(archives) - 1}; got {island!r}"
                )

    def test_equal_situations_give_an_equal_choice(self) -> None:
        """A run is replayed by choosing again, in whatever order its tickets were issued."""
        for archives, standings in self.situations():
            part = self.make()
            forward = [part.island(number, archives, standings) for number in range(_TICKETS)]
            back = [part.island(number, archives, standings) for number in reversed(range(_TICKETS))]
            assert forward == back[::-1], "the choice for a ticket depends on which others were made before"
            twice(lambda a=archives, s=standings: [self.make().island(n, a, s) for n in range(_TICKETS)], "island")

    def test_it_changes_nothing(self) -> None:
        """Only commits change islands and standings."""
        for archives, standings in self.situations():
            before = deepcopy(list(standings)), [archive.elites() for archive in archives]
            for number in range(_TICKETS):
                self.make().island(number, archives, standings)
            after = list(standings), [archive.elites() for archive in archives]
            assert after == before, "island changed the archives or standings that it was given"


def _stream(number: int):  # noqa: ANN202 - a generator of chance
    return stream(0, "contract", number)
