"""When a run will be over, told from what its last commits took, with how far that can be off.

The commits of late are cut into batches of equal size, since neighbours resemble one another (several are committed at
once, one slow program holds up those after it): the spread of batch means is what a mean is uncertain by, as in the
method of batch means (Law, Simulation Modeling and Analysis, section 9.5.3). A search does not stand still either:
programs become slower, models are asked less or more. The interval is widened by what the last batches differ from the
first.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, variance
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BATCHES = 8
_STUDENT = 1.895
"""The 95 % quantile of Student's t with 7 degrees of freedom; of paces that are not steady, 8 of 10 fall within."""
LEAST = 2 * _BATCHES
"""Commits below which nobody can know."""
_BENT = 3.0
"""Nobody believes that a trend goes on for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """Seconds until a run is over: of ten such intervals about eight hold what comes.

    Attributes:
        low, high: in seconds, at least 0; equal where the end is known, as that of a budget in seconds.
        at_most: whether something that nobody can foresee (a target, patience) may end the run before.
    """

    low: float
    high: float
    at_most: bool = False


class CommitPace:
    """What the commits of a session took.

    Args:
        now: when the session began, in seconds of any clock.
    """

    def __init__(self, now: float) -> None:
        self._at = array("d", [now])

    def note(self, now: float) -> None:
        """Take note of a commit."""
        self._at.append(now)

    @property
    def commits(self) -> int:
        """How many have been noted."""
        return len(self._at) - 1

    def per_second(self, now: float) -> float:
        """Return how many commits there were a second, over the later half of them; 0.0 before the first."""
        count, first = self._window()
        took = self._taken(now, count, first)
        return count / took if count and took > 0 else 0.0

    def foresee(self, commits: float, now: float) -> tuple[float, float] | None:
        """Return in how many seconds, at least and at most, there will have been so many commits more.

        Returns:
            None while fewer than 16 have been noted: nobody can know.
        """
        if self.commits < LEAST:
            return None
        count, _ = self._window()
        size = count // _BATCHES
        marks = [self._at[len(self._at) - 1 - size * each] for each in range(_BATCHES + 1)]
        took = [after - before for after, before in pairwise(marks)]
        # The gap that is open now counts once it is longer than a batch was: a run that hangs must not look fast.
        waited = now - self._at[-1]
        each = max(fmean(took), (sum(took) + waited) / (_BATCHES + 1)) / size
        spread = variance(took) / size
        # Of the sum of what comes, and of the mean that it is foretold by.
        noise = _STUDENT * math.sqrt(commits * spread + commits * commits * spread / (size * _BATCHES))
        steady, bent = each * commits, self._bent(each, commits)
        since = min(waited, each)
        return max(0.0, min(steady, bent) - noise - since), max(steady, bent) + noise - since

    def _bent(self, each: float, commits: float) -> float:
        """Return what so many commits take if what has changed since the session began goes on changing."""
        half = self.commits // 2
        early = (self._at[half] - self._at[0]) / half
        late = (self._at[-1] - self._at[half]) / (self.commits - half)
        bend = (late - early) * (commits + half) / (2 * half)
        return commits * min(max(each + bend, each / _BENT), each * _BENT)

    def _window(self) -> tuple[int, int]:
        """Return how many commits count, the later half and at least 16 of them, and where they begin."""
        count = min(self.commits, max(LEAST, self.commits // 2))
        return count, len(self._at) - 1 - count

    def _taken(self, now: float, count: int, first: int) -> float:
        took = self._at[-1] - self._at[first]
        return max(took, (took + now - self._at[-1]) * count / (count + 1)) if count else 0.0


def soonest(
    limits: Iterable[float | None], seconds: float | None, pace: CommitPace, now: float, *, sooner: bool = False
) -> TimeLeft | None:
    """Return when the first of a run's limits is met.

    Args:
        limits: how many commits more each of them allows, None for one that is not set.
        seconds: what is left of a limit in seconds, None without one.
        pace: of the commits.
        now: on the clock of `pace`.
        sooner: whether something that nobody can foresee may end the run before.

    Returns:
        None where no limit is set, or nobody can know yet.
    """
    set_ones = [each for each in limits if each is not None]
    if min([*set_ones, 1.0 if seconds is None else seconds], default=1.0) <= 0:
        return TimeLeft(low=0.0, high=0.0)
    ahead = pace.foresee(min(set_ones), now) if set_ones else None
    if seconds is None:
        return TimeLeft(low=ahead[0], high=ahead[1], at_most=sooner) if ahead else None
    if ahead is None:
        # Whether the other limit comes first nobody knows; it cannot come later than this.
        return TimeLeft(low=seconds, high=seconds, at_most=sooner or bool(set_ones))
    return TimeLeft(low=min(seconds, ahead[0]), high=min(seconds, ahead[1]), at_most=sooner)
