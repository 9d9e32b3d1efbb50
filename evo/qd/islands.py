"""Several archives that evolve apart and now and then exchange elites.

A child lands on the island that its parents came from; seeds land on every island.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from heapq import nsmallest
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from evo.errors import EvoError
from evo.qd import pareto
from evo.qd.resets import Never
from evo.qd.turns import RoundRobin, Standing
from evo.records import Migration
from evo.rng import stream
from evo.verdicts import PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.resets import Resets
    from evo.qd.turns import Turns
    from evo.records import Elite, Placement


class Topology(Protocol):
    """Who sends elites to whom, and when."""

    use: ClassVar[str]

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:
        """Return the (source, target) islands due after commit `seq`, in the order in which they are served."""
        ...

    def migrants(self, archive: Archive, seq: int) -> Sequence[Elite]:
        """Return the elites that leave copies after commit `seq`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """No migration."""

    use: ClassVar[str] = "none"

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:  # noqa: ARG002 - the protocol's signature
        """Return no route."""
        return []

    def migrants(self, archive: Archive, seq: int) -> Sequence[Elite]:  # noqa: ARG002 - the protocol's signature
        """Return nobody."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(ABC):
    """What every topology that exchanges elites has in common; a subclass only says who sends to whom.

    Attributes:
        every: commits between migrations, at least 1.
        migrants_count: elites sent along each edge, at least 1.
        choose: which elites leave: the island's best; or any, or any that no other dominates, without preference.
        seed: the run's seed; each draw depends on it and on the commit alone.
    """

    every: int = 20
    migrants_count: int = 1
    choose: Literal["best", "random", "pareto"] = "best"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse an exchange that never happens."""
        if self.every < 1 or self.migrants_count < 1:
            raise EvoError(
                f"islands.migration: expected every >= 1 and migrants >= 1; got {self.every} and {self.migrants_count}"
            )

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:
        """Return the edges after every `every` commits, nothing otherwise or on a single island."""
        due = count > 1 and (seq + 1) % self.every == 0
        return self.edges(count, stream(self.seed, "migrate", seq)) if due else []

    @abstractmethod
    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:
        """Return the (source, target) pairs among `count` islands, at least 2."""

    def migrants(self, archive: Archive, seq: int) -> Sequence[Elite]:
        """Return the elites that leave: best first and among equals the earlier slot, or in the order drawn."""
        if self.choose == "random":
            rng = stream(self.seed, "migrants", f"{seq}:{archive.island}")
            return [archive[slot] for slot in rng.sample(range(len(archive)), min(self.migrants_count, len(archive)))]
        if self.choose == "pareto":
            return pareto.migrants(
                archive, self.migrants_count, stream(self.seed, "migrants", f"{seq}:{archive.island}")
            )
        elites, sign = archive.elites(), 1 if archive.direction.better(0.0, 1.0) else -1
        losses = [sign * elite.objective for elite in elites]
        # By a list's own look-up: nothing in Python runs for each elite.
        leaving = nsmallest(self.migrants_count, range(len(losses)), key=losses.__getitem__)
        return [elites[slot] for slot in leaving]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring(Exchange):
    """Every island sends to the next one."""

    use: ClassVar[str] = "ring"

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return one way from each island."""
        return [(i, (i + 1) % count) for i in range(count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Star(Exchange):
    """Island 0 is the hub: all others send to it, and it sends to all others."""

    use: ClassVar[str] = "star"

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return the ways to the hub, then those from it."""
        return [*((i, 0) for i in range(1, count)), *((0, i) for i in range(1, count))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Exchange):
    """Every island sends to every other one."""

    use: ClassVar[str] = "complete"

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return all ordered pairs of different islands."""
        return [(i, j) for i in range(count) for j in range(count) if i != j]


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomAcceptor(Exchange):
    """Every island sends to another one that is drawn anew each time."""

    use: ClassVar[str] = "random"

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:
        """Return one way from each island to any other."""
        return [(i, (i + rng.randrange(1, count)) % count) for i in range(count)]


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
        leaving = [(i, j, elite) for i, j in routes for elite in self.topology.migrants(self.archives[i], seq)]
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
