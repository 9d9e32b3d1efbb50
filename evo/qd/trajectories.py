"""Search along trajectories: pressure while gains come, breadth when they stop, and a fresh start at a plateau.

A trajectory is a climb with its descendants. While the one in hand gains, its best program is the parent of nearly
every ticket; the longer it stagnates, the more tickets go to the best programs of all trajectories, among which pairs
are joined; when it has run dry, the next one starts from a seed. After AdaEvolve (exploration that adapts to the gains)
and BaSE (arXiv:2605.29268, a budget over trajectories), but neither: intensity here is a share of tickets.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.islands import Archipelago
    from evo.qd.strategies import Pools
    from evo.records import Elite


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """Pressure while gains come, breadth when they stop, a fresh start at a plateau.

    Attributes:
        patience: commits without a gain after which a trajectory has run dry; at least 1.
        breadth: the least share of the tickets that go to the best programs of all trajectories, in [0, 1].
        width: how many programs those are, at least 2.
    """

    selects: ClassVar[bool] = True
    history: ClassVar[bool] = True

    patience: int = 40
    breadth: float = 0.2
    width: int = 24

    def __post_init__(self) -> None:
        """Refuse a trajectory without a step."""
        if self.patience < 1:
            raise EvoError(f"patience: expected an integer, at least 1; got {self.patience}")
        if self.width < 2:  # noqa: PLR2004 - a pair
            raise EvoError(f"width: expected an integer, at least 2; got {self.width}")
        if not 0 <= self.breadth <= 1:
            raise EvoError(f"breadth: expected a number from 0 to 1; got {self.breadth}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return the pools before the first seed."""
        return _Trajectories(self, archipelago, seed)


@dataclass(slots=True, kw_only=True)
class _Trajectory:
    best: Elite
    stale: int = 0


class _Trajectories:
    def __init__(self, options: Adaptive, archipelago: Archipelago, seed: int) -> None:
        self._options, self._seed = options, seed
        first = archipelago.archives[0]
        self._space, self.direction = first.space, first.direction
        self._starts: list[Elite] = []
        self._owner: dict[str, _Trajectory] = {}
        self._now: _Trajectory | None = None
        self._top: list[tuple[float, int, Elite]] = []
        self._seq = -1
        self._wide: Archive | None = None

    def pool(self, island: int) -> Archive:
        del island
        now = self._now
        if now is None:
            return self._archive(())
        o = self._options
        share = o.breadth + (1 - o.breadth) * min(1.0, now.stale / o.patience)
        if stream(self._seed, "breadth", self._seq).random() < share:
            if self._wide is None:
                self._wide = self._archive([elite for *_, elite in self._top])
            return self._wide
        return self._archive((now.best,))

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        self._seq = seq
        if elite:
            insort(self._top, (self.direction.gain(0.0, elite.objective), seq, elite), key=lambda each: each[:2])
            del self._top[self._options.width :]
            self._wide = None
        if not parents:
            if elite:
                self._found(elite)
            return
        owner = self._owner.get(parents[0])
        if owner is None:
            return
        if elite:
            self._owner[elite.program] = owner
        if elite and self.direction.better(elite.objective, owner.best.objective):
            owner.best, owner.stale = elite, 0
        else:
            owner.stale += 1
        if owner is self._now and owner.stale >= self._options.patience:
            self._restart(seq)

    def _found(self, elite: Elite) -> None:
        """Take note of a seed; the best of them is where the first trajectory starts."""
        self._starts.append(elite)
        if self._now is None or self.direction.better(elite.objective, self._now.best.objective):
            self._now = _Trajectory(best=elite)
        self._owner[elite.program] = self._now

    def _restart(self, seq: int) -> None:
        start = stream(self._seed, "restart", seq).choice(self._starts)
        self._now = _Trajectory(best=start)
        self._owner[start.program] = self._now

    def _archive(self, elites: Sequence[Elite]) -> Archive:
        pool = Archive(self._space, self.direction)
        for place, elite in enumerate(elites):
            pool.add(replace(elite, cell=(place,)))
        return pool
