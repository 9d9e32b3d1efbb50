"""The best objective so far after each evaluation of a run: its curve, its mean, and when it meets a target."""

from __future__ import annotations

from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING

from evo.stats.quartiles import quartiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evo.records import Direction


def bests(scores: Sequence[float | None], direction: Direction) -> Iterable[float | None]:
    """Return the best objective after each evaluation, None before the first VALID one.

    Args:
        scores: the objective of each evaluation, in order; None unless VALID.
        direction: which objectives are better.
    """

    def better(best: float | None, score: float | None) -> float | None:
        return score if best is None or (score is not None and direction.better(score, best)) else best

    return accumulate(scores, better)


def area(scores: Sequence[float | None], direction: Direction) -> float | None:
    """Return the mean of the best objective so far, from the first VALID evaluation on; None without any."""
    sofar = [best for best in bests(scores, direction) if best is not None]
    return fmean(sofar) if sofar else None


def count_to_target(scores: Sequence[float | None], target: float, direction: Direction) -> int | None:
    """Return after how many evaluations an objective was as good as `target`, None if never."""
    good = (i for i, score in enumerate(scores, 1) if score is not None and not direction.better(target, score))
    return next(good, None)


def band(curves: Sequence[Sequence[float | None]]) -> list[tuple[int, float, float, float]]:
    """Return (evaluations, lower quartile, median, upper quartile) of several curves of the best so far.

    A curve that ends early counts on with its last value. The band begins where every curve has a value; curves without
    any are left out.
    """
    known = [list(curve) for curve in curves if any(value is not None for value in curve)]
    rows: list[tuple[int, float, float, float]] = []
    for at in range(max(map(len, known), default=0)):
        now = [curve[min(at, len(curve) - 1)] for curve in known]
        values = [value for value in now if value is not None]
        if len(values) == len(now):
            rows.append((at + 1, *quartiles(values)))
    return rows
