"""What every rule of resets promises; see `evo.qd.resets.Resets`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from evo.testing import samples
from evo.testing.part import PartContract, twice

if TYPE_CHECKING:
    from evo.qd.archive import Archive
    from evo.qd.resets import Resets

_COMMITS = 60


class ResetContract(PartContract):
    """The promises of a rule of resets: an island begins again from another one that has an elite to give."""

    kind: ClassVar[str] = "reset"

    @abstractmethod
    def make(self) -> Resets:
        """Return the rule; see `PartContract.make`."""

    def worlds(self) -> list[list[Archive]]:
        """Return islands: none with an elite, a single one, and several."""
        return [samples.islands(0, 0, 0), samples.islands(9), samples.islands(9, 0, 30, 3, 0), samples.islands(4, 4)]

    def test_an_island_begins_again_from_another_that_survives(self) -> None:
        """A survivor that is emptied as well, or has nothing to give, is none."""
        for archives in self.worlds():
            for seq in range(_COMMITS):
                due = self.make().due(seq, archives)
                weak = [island for island, _ in due]
                assert len(set(weak)) == len(weak), f"commit {seq}: an island begins again twice: {due}"
                for island, survivor in due:
                    there = 0 <= island < len(archives) and 0 <= survivor < len(archives)
                    assert there, f"commit {seq}: {island} from {survivor}, but there are {len(archives)} islands"
                    assert survivor not in weak, f"commit {seq}: survivor {survivor} begins again itself: {due}"
                    assert len(archives[survivor]), f"commit {seq}: survivor {survivor} has no elite to give"

    def test_equal_commits_give_equal_resets(self) -> None:
        """A replay asks again, commit by commit."""
        for archives in self.worlds():
            part = self.make()
            forward = [part.due(seq, archives) for seq in range(_COMMITS)]
            back = [part.due(seq, archives) for seq in reversed(range(_COMMITS))]
            assert forward == back[::-1], "what is due after a commit depends on what was asked before"
            twice(lambda a=archives: [self.make().due(seq, a) for seq in range(_COMMITS)], "due")

    def test_it_leaves_the_islands_as_they_were(self) -> None:
        """The archipelago empties islands, not the rule."""
        for archives in self.worlds():
            before = [archive.elites() for archive in archives]
            for seq in range(_COMMITS):
                self.make().due(seq, archives)
            assert [archive.elites() for archive in archives] == before, "due changed the islands that it was given"
