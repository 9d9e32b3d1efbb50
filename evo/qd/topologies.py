"""Migration topologies: who sends elites to whom, and when."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING, Literal, Protocol

from evo.errors import EvoError
from evo.qd import pareto
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.records import Elite


class Topology(Protocol):
    """Who sends elites to whom, and when. A part that has a field `seed` is given the run's."""

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:
        """Return the (source, target) islands due after commit `seq`, in the order in which they are served."""
        ...

    def emigrants(self, archive: Archive, seq: int) -> Sequence[Elite]:
        """Return the elites that leave copies after commit `seq`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(ABC):
    """What every topology that exchanges elites has in common; a subclass only says who sends to whom.

    Attributes:
        every: commits between migrations, at least 1.
        migrants: elites sent along each edge, at least 1.
        choose: which elites leave: the island's best; or any, or any that no other dominates, without preference.
        seed: the run's seed; each draw depends on it and on the commit alone.
    """

    every: int = 20
    migrants: int = 1
    choose: Literal["best", "random", "pareto"] = "best"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse an exchange that never happens."""
        if self.every < 1 or self.migrants < 1:
            raise EvoError(f"expected every >= 1 and migrants >= 1; got {self.every} and {self.migrants}")

    def routes(self, seq: int, count: int) -> list[tuple[int, int]]:
        """Return the edges after every `every` commits, nothing otherwise or on a single island."""
        due = count > 1 and (seq + 1) % self.every == 0
        return self.edges(count, stream(self.seed, "migrate", seq)) if due else []

    @abstractmethod
    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:
        """Return the (source, target) pairs among `count` islands, at least 2."""

    def emigrants(self, archive: Archive, seq: int) -> Sequence[Elite]:
        """Return the elites that leave: best first and among equals the earlier slot, or in the order drawn."""
        rng = stream(self.seed, "migrants", f"{seq}:{archive.island}")
        if self.choose == "random":
            return [archive[slot] for slot in rng.sample(range(len(archive)), min(self.migrants, len(archive)))]
        elites = archive.elites()
        if self.choose == "pareto":
            front = pareto.migrants([archive.losses(elite) for elite in elites], self.migrants, rng)
            return [elites[slot] for slot in front]
        sign = 1 if archive.direction.better(0.0, 1.0) else -1
        losses = [sign * elite.objective for elite in elites]
        # By a list's own look-up: nothing in Python runs for each elite.
        leaving = nsmallest(self.migrants, range(len(losses)), key=losses.__getitem__)
        return [elites[slot] for slot in leaving]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring(Exchange):
    """Every island sends to the next one."""

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return one way from each island."""
        return [(i, (i + 1) % count) for i in range(count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Star(Exchange):
    """Island 0 is the hub: all others send to it, and it sends to all others."""

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return the ways to the hub, then those from it."""
        return [*((i, 0) for i in range(1, count)), *((0, i) for i in range(1, count))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(Exchange):
    """Every island sends to every other one."""

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return all ordered pairs of different islands."""
        return [(i, j) for i in range(count) for j in range(count) if i != j]


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomAcceptor(Exchange):
    """Every island sends to another one that is drawn anew each time."""

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:
        """Return one way from each island to any other."""
        return [(i, (i + rng.randrange(1, count)) % count) for i in range(count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated(Exchange):
    """No migration; the options of one that exchanges are taken and mean nothing, so that `use` alone turns it off."""

    def edges(self, count: int, rng: Random) -> list[tuple[int, int]]:  # noqa: ARG002 - for topologies that draw
        """Return no way."""
        return []
