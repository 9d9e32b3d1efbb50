"""Several archives that evolve apart and now and then exchange elites.

A child lands on the island that its parents came from; seeds land on every island.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError
from evo.records import Migration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.archive import Archive
    from evo.records import Elite, Placement


class Topology(Protocol):
    """Who sends elites to whom, and when."""

    use: ClassVar[str]

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:
        """Return the (source, target) islands due after commit `seq`, in the order in which they are served."""
        ...

    def migrants(self, archive: Archive) -> Sequence[Elite]:
        """Return the elites that leave copies, best first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """No migration."""

    use: ClassVar[str] = "none"

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:  # noqa: ARG002 - the protocol's signature
        """Return no route."""
        return []

    def migrants(self, archive: Archive) -> Sequence[Elite]:  # noqa: ARG002 - the protocol's signature
        """Return nobody."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Every island sends its best to the next one.

    Attributes:
        every: commits between migrations, at least 1.
        migrants_count: elites sent along each edge, at least 1.
    """

    use: ClassVar[str] = "ring"
    every: int = 20
    migrants_count: int = 1

    def __post_init__(self) -> None:
        """Refuse a ring that never turns."""
        if self.every < 1 or self.migrants_count < 1:
            raise EvoError(
                f"islands.migration: expected every >= 1 and migrants >= 1; got {self.every} and {self.migrants_count}"
            )

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:
        """Return the edges of the ring after every `every` commits, nothing otherwise or on a single island."""
        due = count > 1 and (seq + 1) % self.every == 0
        return [(i, (i + 1) % count) for i in range(count)] if due else []

    def migrants(self, archive: Archive) -> Sequence[Elite]:
        """Return the best elites; among equals, the earlier cell first."""
        sign = 1 if archive.direction.better(0.0, 1.0) else -1
        return sorted(archive.elites(), key=lambda elite: sign * elite.objective)[: self.migrants_count]


class Archipelago:
    """The islands of a run.

    Args:
        archives: one per island, at least one, numbered by position.
        topology: who sends elites to whom.
        seeds: number of seed tickets, which belong to every island.
    """

    def __init__(self, archives: Sequence[Archive], topology: Topology, seeds: int) -> None:
        if not archives:
            raise EvoError("islands.count: expected an integer, at least 1; got 0")
        self.archives, self.topology, self.seeds = tuple(archives), topology, seeds

    def island_for(self, ticket: int) -> int | None:
        """Return the island of a ticket: None (every island) for seeds, then round robin."""
        return None if ticket < self.seeds else (ticket - self.seeds) % len(self.archives)

    def add(self, island: int | None, elite: Elite) -> tuple[Placement, ...]:
        """Offer an elite to its island, or to every island."""
        targets = self.archives if island is None else (self.archives[island],)
        return tuple(archive.add(elite) for archive in targets)

    def migrate_if_due(self, seq: int) -> tuple[Migration, ...]:
        """Send migrants if commit `seq` makes them due; they are all chosen before any of them lands."""
        routes = self.topology.routes(seq, len(self.archives))
        leaving = [(i, j, elite) for i, j in routes for elite in self.topology.migrants(self.archives[i])]
        return tuple(
            Migration(source=i, program=elite.program, placement=self.archives[j].add(elite)) for i, j, elite in leaving
        )

    def best(self) -> Elite | None:
        """Return the best elite over all islands; the lowest island among equals."""
        found: Elite | None = None
        for archive in self.archives:
            elite = archive.best()
            if elite and (found is None or archive.direction.better(elite.objective, found.objective)):
                found = elite
        return found
