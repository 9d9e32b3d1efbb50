"""What every topology promises; see `evo.qd.topologies.Topology`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from evo.testing import samples
from evo.testing.part import PartContract, twice

if TYPE_CHECKING:
    from evo.qd.topologies import Topology

_COMMITS = 60
_ISLANDS = (1, 2, 3, 8)


class TopologyContract(PartContract):
    """The promises of a topology: routes between islands that there are, elites that are there."""

    kind: ClassVar[str] = "topology"

    @abstractmethod
    def make(self) -> Topology:
        """Return the topology; see `PartContract.make`."""

    def test_routes_lead_from_one_island_to_another(self) -> None:
        """An island that sends to itself, or to one that is not there, is a mistake."""
        for count in _ISLANDS:
            for seq in range(_COMMITS):
                for source, target in self.make().routes(seq, count):
                    there = 0 <= source < count and 0 <= target < count
                    assert there, f"commit {seq}: route {source} -> {target}, but there are {count} islands"
                    assert source != target, f"commit {seq}: island {source} sends to itself"

    def test_emigrants_are_different_elites_of_the_island(self) -> None:
        """What leaves is a copy of what is there; from an empty island nobody leaves."""
        for count in (0, 1, 2, 30):
            held = samples.archive(count, island=1)
            for seq in range(_COMMITS):
                leaving = list(self.make().emigrants(held, seq))
                strange = [elite for elite in leaving if elite not in held.elites()]
                assert not strange, f"commit {seq}: {strange[0]} is no elite of the island"
                names = [elite.program for elite in leaving]
                assert len(set(names)) == len(names), f"commit {seq}: an elite leaves twice: {names}"

    def test_equal_commits_give_equal_migrations(self) -> None:
        """A replay asks again, commit by commit."""
        held, part = samples.archive(30), self.make()
        forward = [part.routes(seq, 5) for seq in range(_COMMITS)]
        back = [part.routes(seq, 5) for seq in reversed(range(_COMMITS))]
        assert forward == back[::-1], "the routes after a commit depend on what was asked before"
        twice(lambda: [self.make().routes(seq, 5) for seq in range(_COMMITS)], "routes")
        twice(lambda: [list(self.make().emigrants(held, seq)) for seq in range(_COMMITS)], "emigrants")

    def test_it_leaves_the_island_as_it_was(self) -> None:
        """Emigrants leave copies."""
        held = samples.archive(30)
        before = held.elites()
        for seq in range(_COMMITS):
            self.make().emigrants(held, seq)
        assert held.elites() == before, "emigrants changed the archive that it was given"
