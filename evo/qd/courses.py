"""Search along trajectories: pressure while gains come, breadth when they stop, and a fresh start at a plateau.

A trajectory is a climb with all its descendants. While the one in hand gains, its best program is the parent of every
ticket; the longer it does not, the more tickets go to the whole archive of the island; when it has run dry, another one
starts from a seed and keeps the budget only as long as it gains. After AdaEvolve (arXiv:2602.20133: exploration that
adapts to the gains) and BaSE (arXiv:2605.29268: a budget over trajectories), but neither: intensity is a share of
tickets, and what a trajectory earns is told by how long it has not gained.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.qd.islands import Archipelago
    from evo.qd.strategies import Pools
    from evo.records import Elite

_PEERS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """Pressure while gains come, breadth when they stop, a fresh start at a plateau; the default.

    Where scores are noisy or there are several objectives, no single program is the best one, so parents are the
    elites of the island, as of `map_elites`.

    Attributes:
        grace: commits without a gain through which the best of the trajectory stays the parent of every ticket; at
            least 1. Over twice as many more, tickets go over to the archive.
        breadth: the largest share of the tickets that the archive gets, in [0, 1].
        patience: commits without a gain after which the leading trajectory has run dry, at least 1.
        trial: commits without a gain after which a trajectory that is behind gives way to the leading one, at least 1.
        peers: whether the parent is any of the trajectory's programs that are as good as its best, the last 32 of
            them, and not the first alone: on a plateau, steps that cost nothing lead on.
    """

    selects: ClassVar[bool] = True
    history: ClassVar[bool] = True

    grace: int = 10
    breadth: float = 0.7
    patience: int = 80
    trial: int = 30
    peers: bool = False

    def __post_init__(self) -> None:
        """Refuse a trajectory without a step."""
        for name in ("grace", "patience", "trial"):
            if getattr(self, name) < 1:
                raise EvoError(f"{name}: expected an integer, at least 1; got {getattr(self, name)}")
        if not 0 <= self.breadth <= 1:
            raise EvoError(f"breadth: expected a number from 0 to 1; got {self.breadth}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return the pools before the first seed."""
        return _Courses(self, archipelago, seed)

    def share(self, stale: int) -> float:
        """Return the share of the tickets that go to the archive after so many commits without a gain."""
        return self.breadth * min(1.0, max(0, stale - self.grace) / (2 * self.grace))


@dataclass(slots=True, kw_only=True)
class _Trajectory:
    """One climb.

    Attributes:
        best: its best program, the first of those that are as good.
        peers: the last of the others.
        stale: commits without a gain.
    """

    best: Elite
    peers: deque[Elite] = field(default_factory=partial(deque["Elite"], maxlen=_PEERS))
    stale: int = 0

    def stand(self, elite: Elite) -> None:
        """Go on from a better program."""
        self.best, self.stale = elite, 0
        self.peers.clear()


@dataclass(slots=True, kw_only=True)
class _Course:
    """The trajectories of one island.

    Attributes:
        now: the one that gets the tickets.
        leader: the one with the best program.
        owner: which one a program of the island belongs to.
    """

    archive: Archive
    now: _Trajectory
    leader: _Trajectory
    owner: dict[str, _Trajectory] = field(default_factory=dict[str, _Trajectory])

    def take(self, elite: Elite, to: _Trajectory) -> None:
        """Note whose program this is, and whether it is a gain."""
        better = self.archive.direction.better
        self.owner[elite.program] = to
        if better(elite.objective, to.best.objective):
            to.stand(elite)
            if better(elite.objective, self.leader.best.objective):
                self.leader = to
            return
        to.stale += 1
        if elite.objective == to.best.objective:
            to.peers.append(elite)


class _Courses:
    """The islands' courses; an island has none before the first seed is scored."""

    def __init__(self, options: Widening, archipelago: Archipelago, seed: int) -> None:
        self._options, self._seed = options, seed
        self._archives = archipelago.archives
        self._courses: list[_Course] = []
        self._starts: list[Elite] = []
        self._seq = -1

    def pool(self, island: int) -> Archive:
        archive = self._archives[island]
        if archive.noisy or archive.aims or not self._courses:
            return archive
        now = self._courses[island].now
        if stream(self._seed, "breadth", self._seq).random() < self._options.share(now.stale):
            return archive
        alone = Archive(archive.space, archive.direction)
        alone.add(self._parent(now))
        return alone

    def _parent(self, now: _Trajectory) -> Elite:
        if not (self._options.peers and now.peers):
            return now.best
        return stream(self._seed, "peer", self._seq).choice([now.best, *now.peers])

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        self._seq = seq
        if not parents:
            if elite:
                self._found(elite)
            return
        for course in self._concerned(parents[0], elite):
            owner = course.owner[parents[0]]
            if elite:
                course.take(elite, owner)
            else:
                owner.stale += 1
            if owner is course.now:
                self._turn(course, seq)

    def _concerned(self, parent: str, elite: Elite | None) -> Sequence[_Course]:
        """Return the islands that a child may be of: where it was placed, or where its parent is known."""
        found = [course for course in self._courses if parent in course.owner]
        placed = [course for course in found if elite and elite.program in course.archive]
        return placed or found

    def _found(self, elite: Elite) -> None:
        """Take note of a seed; the best of them is where every island's first trajectory starts."""
        self._starts.append(elite)
        if not self._courses:
            for archive in self._archives:
                first = _Trajectory(best=elite)
                self._courses.append(_Course(archive=archive, now=first, leader=first))
        for course in self._courses:
            course.take(elite, course.leader)
            course.leader.stale = 0

    def _turn(self, course: _Course, seq: int) -> None:
        """Begin a trajectory when the leading one has run dry; leave one that is behind and does not gain."""
        now, leader = course.now, course.leader
        if now is leader and now.stale >= self._options.patience:
            start = stream(self._seed, "restart", seq).choice(self._starts)
            course.now = course.owner[start.program] = _Trajectory(best=start)
        elif now is not leader and now.stale >= self._options.trial:
            # The leader goes on with all its breadth, and has half of its patience left.
            leader.stale = min(leader.stale, self._options.patience // 2)
            course.now = leader
