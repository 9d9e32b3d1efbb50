"""Telling how far a judgement is: `progress`, by which a hopeless one may end before it is whole.

A judge that scores on many instances says after each one how far it is and what the score is so far. Whoever watches
the run sees it. Where the run has an economy, the request brings bars with it: a score that at its fraction is worse
than the bar ends the judgement there, as a failure that says so. Bars were decided when the program was proposed, from
the log alone, so what ends is a function of program and bars, never of clocks or of who is first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

POINTS_MAX = 64
"""Points of a curve that are kept, at most; those that come closer together are passed over."""
_CLOSE = 1e-9


class EndedEarly(BaseException):
    """A judgement that is not worth finishing. No Exception, so that no judge swallows it.

    Attributes:
        ended: fraction done, score there, and the bar that it did not reach.
        curve: the scores up to there.
    """

    def __init__(self, fraction: float, objective: float, bar: float, curve: Sequence[tuple[float, float]]) -> None:
        self.ended, self.curve = (fraction, objective, bar), list(curve)
        super().__init__(f"ended early at {fraction:g}: {objective:g} where {bar:g} was asked for")


class Course:
    """One judgement on its way.

    Args:
        bars: (fraction, worst score that goes on) each, by fraction; one is looked at when its fraction is reached.
        minimize: whether less is better.
        tell: is told (fraction, score so far) at every point; None: nobody.
    """

    def __init__(
        self,
        bars: Sequence[Sequence[float]] = (),
        *,
        minimize: bool = False,
        tell: Callable[[float, float | None], object] | None = None,
    ) -> None:
        self._bars = [(float(fraction), float(bar)) for fraction, bar in bars]
        self._minimize, self._tell = minimize, tell
        self._at = 0.0
        self.curve: list[tuple[float, float]] = []

    def reach(self, fraction: float, objective: float | None) -> None:
        """Take note of a point.

        Raises:
            EndedEarly: the score is worse than the bar of this fraction.
            ValueError: it is no point.
        """
        if not (type(fraction) in {int, float} and self._at - _CLOSE <= fraction <= 1 + _CLOSE):
            raise ValueError(
                f"progress: expected a fraction from {self._at:g} to 1, not less than before; got {fraction!r}"
            )
        self._at = float(fraction)
        # A plain number from here on, whatever a judge computes with: it is written as JSON.
        score = None if objective is None else float(objective)
        if score is not None and not math.isfinite(score):
            raise ValueError(f"progress: objective: expected a finite number; got {objective!r}")
        if self._tell is not None:
            self._tell(self._at, score)
        if score is None:
            return
        if not self.curve or self._at - self.curve[-1][0] >= 1 / POINTS_MAX - _CLOSE:
            self.curve.append((self._at, score))
        self._look_at_bars(score)

    def _look_at_bars(self, score: float) -> None:
        due = [bar for fraction, bar in self._bars if fraction <= self._at + _CLOSE]
        del self._bars[: len(due)]
        if due and self._at < 1 - _CLOSE and (score > due[-1] if self._minimize else score < due[-1]):
            if self.curve[-1][0] != self._at:
                self.curve.append((self._at, score))
            raise EndedEarly(self._at, score, due[-1], self.curve)


_course: Course | None = None


def progress(fraction: float, *, objective: float | None = None) -> None:
    """Say how far the judgement is; it may not come back, where the score so far is not worth going on for.

    Args:
        fraction: of the work that is done, in (0, 1], never less than before. It is what an evaluation that ends here
            is charged for, so it should be a function of the work and not of a clock.
        objective: the score so far, in the unit of the whole one: what the judge would answer if these were all
            instances. None where there is none yet: then nothing ends here.

    Raises:
        ValueError: a fraction beyond 1 or less than before, or an objective that is no finite number.
    """
    if _course is not None:
        _course.reach(fraction, objective)


def open_course(course: Course | None) -> None:
    """Let `progress` tell this course from now on; None: nobody."""
    global _course  # noqa: PLW0603 - a judge does one thing at a time
    _course = course
