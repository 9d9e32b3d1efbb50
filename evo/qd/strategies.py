"""Where parents come from: the islands' archives, or one of the plain searches that the archives have to beat.

Whatever the strategy, every VALID program is placed on the islands, so coverage and QD-score can be compared; only the
pool that a ticket's parents are drawn from differs. A pool is a left fold over the commits, like everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.islands import Archipelago
    from evo.records import Elite


class Pools(Protocol):
    """What a strategy knows after some commit."""

    def pool(self, island: int) -> Archive:
        """Return the programs that parents of a ticket of this island are drawn from; may be empty."""
        ...

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        """Fold a commit, after its program was placed.

        Args:
            seq: the commit.
            parents: of its proposal; none for a seed.
            elite: its program, if that is VALID and new.
        """
        ...


class Strategy(Protocol):
    """A choice of pools, as declared.

    Attributes:
        selects: whether the run's selector draws from the pools; otherwise every program of a pool is equally likely.
        history: whether prompts tell what was tried before.
    """

    selects: ClassVar[bool]
    history: ClassVar[bool]

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return the pools before the first commit of a run with this seed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MapElites:
    """Parents are the elites of the ticket's island (Mouret & Clune 2015, arXiv:1504.04909)."""

    selects: ClassVar[bool] = True
    history: ClassVar[bool] = True

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:  # noqa: ARG002 - the protocol's signature
        """Return the islands."""
        return _Islands(archipelago)


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOfN:
    """Every ticket starts from a VALID seed, and its prompt tells of nothing else: independent samples."""

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = False

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:  # noqa: ARG002 - the protocol's signature
        """Return the pool of seeds, empty."""
        return _Everyone(archipelago, seeds_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomParent:
    """Any VALID program so far is a parent, however good: search without selection."""

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = True

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:  # noqa: ARG002 - the protocol's signature
        """Return the pool of all programs, empty."""
        return _Everyone(archipelago, seeds_only=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HillClimb:
    """One program is the parent until a child of its climb is better; without progress the climb starts again.

    Attributes:
        restart_after: commits without a better program until the next climb, from a seed drawn anew; at least 1.
    """

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = True
    restart_after: int = 50

    def __post_init__(self) -> None:
        """Refuse climbs without a step."""
        if self.restart_after < 1:
            raise EvoError(f"restart_after: expected an integer, at least 1; got {self.restart_after}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return a climb that waits for its first seed."""
        return _Climb(archipelago, seed, self.restart_after)


class _Islands:
    def __init__(self, archipelago: Archipelago) -> None:
        self._archives = archipelago.archives

    def pool(self, island: int) -> Archive:
        return self._archives[island]

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        """Nothing to do: the islands are folded anyway."""


class _Everyone:
    """A pool that nobody leaves."""

    def __init__(self, archipelago: Archipelago, *, seeds_only: bool) -> None:
        self._pool = _pool(archipelago)
        self._seeds_only = seeds_only

    def pool(self, island: int) -> Archive:
        del island
        return self._pool

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        del seq
        if elite and not (self._seeds_only and parents):
            _join(self._pool, elite)


class _Climb:
    """The pool of one program, and what is needed to begin again."""

    def __init__(self, archipelago: Archipelago, seed: int, restart_after: int) -> None:
        self._archipelago, self._seed, self._restart_after = archipelago, seed, restart_after
        self._pool = _pool(archipelago)
        self._starts: list[Elite] = []
        self._climbed: set[str] = set()
        self._stale = 0

    def pool(self, island: int) -> Archive:
        del island
        return self._pool

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        here = self._pool.best()
        if not parents and elite:
            self._starts.append(elite)
        # A child that was asked for before the last restart belongs to a climb that is over.
        belongs = not parents or parents[0] in self._climbed or here is None
        if elite and belongs and (here is None or self._pool.direction.better(elite.objective, here.objective)):
            self._stand(elite)
        elif parents:
            self._stale += 1
            if self._stale >= self._restart_after and self._starts:
                self._climbed.clear()
                self._stand(stream(self._seed, "restart", seq).choice(self._starts))

    def _stand(self, elite: Elite) -> None:
        self._pool = _pool(self._archipelago)
        _join(self._pool, elite)
        self._climbed.add(elite.program)
        self._stale = 0


def _pool(archipelago: Archipelago) -> Archive:
    first = archipelago.archives[0]
    return Archive(first.space, first.direction)


def _join(pool: Archive, elite: Elite) -> None:
    """Add to a pool in which everyone has a cell of their own."""
    pool.add(replace(elite, cell=(len(pool),)))
