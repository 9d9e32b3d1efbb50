"""Several archives that evolve apart and now and then exchange elites.

A child lands on the island that its parents came from; seeds land on every island.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.qd.island_bandits import RoundRobin, Standing
from evo.qd.resets import Never
from evo.records import Migration, PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.qd.archive import Archive
    from evo.qd.island_bandits import Turns
    from evo.qd.resets import Resets
    from evo.qd.topologies import Topology
    from evo.records import Elite, Placement


class Archipelago:
    """The islands of a run, each with a space of its own or all with one.

    Args:
        archives: one per island, at least one, numbered by position.
        topology: who sends elites to whom.
        seeds: number of seed tickets, which belong to every island.
        turns: which island a ticket is for.
        resets: which islands begin again, and when.
    """

    def __init__(
        self,
        archives: Sequence[Archive],
        topology: Topology,
        seeds: int,
        *,
        turns: Turns | None = None,
        resets: Resets | None = None,
    ) -> None:
        if not archives:
            raise EvoError("islands.count: expected an integer, at least 1; got 0")
        self.archives, self.topology, self.seeds = tuple(archives), topology, seeds
        self._turns: Turns = turns or RoundRobin()
        self._resets: Resets = resets or Never()
        self._standings = tuple(Standing() for _ in archives)

    def island_for(self, ticket: int) -> int | None:
        """Return the island of a ticket: None (every island) for seeds, then as `turns` has it."""
        if ticket < self.seeds:
            return None
        return self._turns.island(ticket - self.seeds, self.archives, self._standings)

    def elite(self, island: int | None, program: str, objective: float, measures: Mapping[str, float]) -> Elite:
        """Make the elite that a VALID program would be on its island, on the first for a seed.

        Raises:
            EvoError: a measure of the island's space is missing or not finite.
        """
        return self.archives[island or 0].elite(program, objective, measures)

    def add(self, island: int | None, elite: Elite) -> tuple[Placement, ...]:
        """Offer an elite to its island, or to every island."""
        if island is not None:
            return self.archives[island].offer(elite)
        return tuple(
            placement
            for archive in self.archives
            for placement in archive.offer(self._at(archive, self.archives[0], elite))
        )

    def credit(self, island: int | None, parents: Sequence[str], *, won: bool) -> None:
        """Take note on an island that a child of these parents was committed; see `Archive.credit`."""
        if island is None:
            return
        if parents:
            self._standings[island].observe(won=won)
        for parent in parents:
            self.archives[island].credit(parent, won=won)

    def migrate_if_due(self, seq: int) -> tuple[Migration, ...]:
        """Let weak islands begin again and send migrants, if commit `seq` makes either due.

        Resets come first. Migrants are all chosen before any of them lands.
        """
        founded = tuple(self._found(seq))
        routes = self.topology.routes(seq, len(self.archives))
        if not routes:
            return founded
        leaving = [(i, j, elite) for i, j in routes for elite in self.topology.emigrants(self.archives[i], seq)]
        return founded + tuple(
            Migration(source=i, program=elite.program, placement=placement)
            for i, j, elite in leaving
            for placement in self.archives[j].offer(self._at(self.archives[j], self.archives[i], elite))
        )

    def _found(self, seq: int) -> Iterator[Migration]:
        for weak, source in self._resets.due(seq, self.archives):
            founder, island = self.archives[source].best(), self.archives[weak]
            if founder is None:
                continue
            island.clear()
            placed = island.add(self._at(island, self.archives[source], founder))
            placement = replace(placed, status=PlacementStatus.FOUNDED)
            yield Migration(source=source, program=founder.program, placement=placement)

    @staticmethod
    def _at(archive: Archive, source: Archive, elite: Elite) -> Elite:
        return elite if archive.space is source.space else archive.fit(elite)

    def best(self) -> Elite | None:
        """Return the best elite over all islands; the lowest island among equals."""
        found: Elite | None = None
        for archive in self.archives:
            elite = archive.best()
            if elite and (found is None or archive.direction.better(elite.objective, found.objective)):
                found = elite
        return found
