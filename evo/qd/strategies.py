"""Where parents come from: the islands' archives, or one of the plain searches that the archives have to beat.

Whatever the strategy, every VALID program is placed on the islands, so coverage and QD-score can be compared; only the
pool that a ticket's parents are drawn from differs. A pool is a left fold over the commits, like everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.pareto import dominates
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEvolve(MapElites):
    """Islands of feature grids; explore, exploit or anyone by fixed ratios; many inspirations (OpenEvolve's defaults).

    After its documentation, github.com/algorithmicsuperintelligence/openevolve.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Shinka(MapElites):
    """Good parents with few children, rejection of what is not new, a bandit over models (ShinkaEvolve, 2509.19349).

    After Lange et al. 2025, arXiv:2509.19349, and its documentation.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class GigaEvo(MapElites):
    """One map whose elites are drawn by their fitness; insights and lineage in every prompt (GigaEvo, 2511.17592).

    After its paper and documentation, github.com/FusionBrainLab/gigaevo-core.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Gepa:
    """Whoever is best in some objective, in proportion to how many those are (GEPA, arXiv:2507.19457).

    Each of the run's objectives is a key; programs that another one dominates are left out. A problem with instances
    gives their scores as measures, and the run names these in `objectives`. With one objective the best is the parent.
    """

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = True

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return a front that nobody is on."""
        return _Leaders(archipelago, seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioned:
    """Sampling with a few past successes, begun anew now and then (Gideoni et al. 2026, arXiv:2602.16805).

    Attributes:
        shown: successes of the sitting that a pool holds at most, at least 1.
        restart: commits of a sitting; then only seeds are left. At least 1.
    """

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = False
    shown: int = 3
    restart: int = 60

    def __post_init__(self) -> None:
        """Refuse sittings without a sample."""
        for name in ("shown", "restart"):
            if getattr(self, name) < 1:
                raise EvoError(f"{name}: expected an integer, at least 1; got {getattr(self, name)}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return a sitting without a success."""
        return _Sitting(self, archipelago, seed)


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


class _Leaders:
    """Who is best in which objective."""

    def __init__(self, archipelago: Archipelago, seed: int) -> None:
        self._like, self._seed, self._seq = archipelago.archives[0], seed, -1
        self._best: list[tuple[float, list[Elite]]] = []

    def pool(self, island: int) -> Archive:
        leads: dict[str, tuple[Elite, int]] = {}
        for _, leaders in self._best:
            for elite in leaders:
                leads[elite.program] = elite, leads.get(elite.program, (elite, 0))[1] + 1
        losses = {program: self._like.losses(elite) for program, (elite, _) in leads.items()}
        front = [p for p in leads if not any(dominates(losses[q], losses[p]) for q in leads)]
        if not front:
            return gathered(self._like, ())
        weights = [leads[program][1] for program in front]
        drawn = stream(self._seed, "leader", f"{self._seq}:{island}").choices(front, weights=weights)[0]
        return gathered(self._like, (leads[drawn][0],))

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        del parents
        self._seq = seq
        if not elite:
            return
        losses = self._like.losses(elite)
        self._best = self._best or [(loss, []) for loss in losses]
        for key, loss in enumerate(losses):
            least, leaders = self._best[key]
            if loss < least:
                self._best[key] = loss, [elite]
            elif loss == least:
                leaders.append(elite)


class _Sitting:
    """The successes of one sitting; the seeds are there in every one."""

    def __init__(self, options: Conditioned, archipelago: Archipelago, seed: int) -> None:
        self._options, self._seed, self._like = options, seed, archipelago.archives[0]
        self._starts: list[Elite] = []
        self._found: list[Elite] = []
        self._belongs: set[str] = set()
        self._left, self._seq = options.restart, -1

    def pool(self, island: int) -> Archive:
        there = self._found or self._starts
        drawn = stream(self._seed, "shown", f"{self._seq}:{island}").sample(there, min(len(there), self._options.shown))
        return gathered(self._like, drawn)

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        self._seq = seq
        if not parents:
            if elite:
                self._starts.append(elite)
                self._belongs.add(elite.program)
            return
        # A child of the sitting before comes too late for this one.
        if elite and parents[0] in self._belongs:
            self._found.append(elite)
            self._belongs.add(elite.program)
        self._left -= 1
        if not self._left:
            self._left, self._found = self._options.restart, []
            self._belongs = {start.program for start in self._starts}


def gathered(like: Archive, elites: Iterable[Elite]) -> Archive:
    """Return a pool of these programs, each in a cell of its own."""
    pool = Archive(like.space, like.direction, aims=like.aims)
    for elite in elites:
        _join(pool, elite)
    return pool


def _pool(archipelago: Archipelago) -> Archive:
    first = archipelago.archives[0]
    return Archive(first.space, first.direction)


def _join(pool: Archive, elite: Elite) -> None:
    """Add to a pool in which everyone has a cell of their own."""
    pool.add(replace(elite, cell=(len(pool),)))
