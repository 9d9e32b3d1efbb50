"""What every selector promises; see `evo.qd.selectors.Selector`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from evo.records import Direction
from evo.rng import stream
from evo.testing import samples
from evo.testing.part import PartContract, refusal, twice

if TYPE_CHECKING:
    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector

_COUNTS = (1, 2, 3, 30)
_WANTED = (1, 2, 3, 5)


class SelectorContract(PartContract):
    """The promises of a selector: k elites of the archive, chosen by `rng` alone."""

    kind: ClassVar[str] = "selector"

    @abstractmethod
    def make(self) -> Selector:
        """Return the selector; see `PartContract.make`."""

    def archive(self, count: int, direction: Direction) -> Archive:
        """Return an archive that was offered so many elites, with the measures x and y; override it for others."""
        return samples.archive(count, direction=direction)

    def test_it_returns_k_elites_of_the_archive(self) -> None:
        """Parents are elites, as many as were asked for."""
        for count in _COUNTS:
            for direction in Direction:
                held = self.archive(count, direction)
                for k in _WANTED:
                    picked = self.make().select(held, k, stream(0, "contract", k))
                    assert len(picked) == k, f"{k} elites were asked for; got {len(picked)}"
                    strange = [elite for elite in picked if elite not in held.elites()]
                    assert not strange, f"{strange[0]} is no elite of the archive"

    def test_they_differ_as_long_as_the_archive_holds_that_many(self) -> None:
        """A crossover of a program with itself is none."""
        for count in _COUNTS:
            held = self.archive(count, Direction.MAXIMIZE)
            for k in _WANTED:
                picked = self.make().select(held, k, stream(1, "contract", k))
                different = len({elite.program for elite in picked})
                wanted = min(k, len(held))
                assert different == wanted, f"{k} of {len(held)} elites: expected {wanted} different; got {different}"

    def test_equal_chance_gives_an_equal_choice(self) -> None:
        """A run is replayed by drawing again."""
        held = self.archive(30, Direction.MAXIMIZE)
        for subject in range(20):
            twice(lambda s=subject: self.make().select(held, 2, stream(2, "contract", s)), "select")

    def test_it_remembers_nothing(self) -> None:
        """A choice that depends on earlier ones would differ after a resume."""
        held, other, part = self.archive(30, Direction.MAXIMIZE), self.archive(3, Direction.MINIMIZE), self.make()
        first = part.select(held, 2, stream(3, "contract", 0))
        for subject in range(5):
            part.select(other, 2, stream(3, "contract", subject))
        again = part.select(held, 2, stream(3, "contract", 0))
        assert first == again, f"an equal choice gave {first}, and {again} after others were made in between"

    def test_it_leaves_the_archive_as_it_was(self) -> None:
        """Only commits change archives."""
        held = self.archive(30, Direction.MAXIMIZE)
        before = held.elites(), [held.tries(slot) for slot in range(len(held))]
        self.make().select(held, 3, stream(4, "contract", 0))
        after = held.elites(), [held.tries(slot) for slot in range(len(held))]
        assert after == before, "select changed the archive that it was given"

    def test_an_empty_archive_is_refused(self) -> None:
        """There is nothing to return."""
        held = self.archive(0, Direction.MAXIMIZE)
        error = refusal(lambda: self.make().select(held, 1, stream(5, "contract", 0)))
        assert error is not None, "expected an EvoError for an empty archive; got a choice"
