"""Is one kind of run better than another? The two-sided test of Mann and Whitney, by ranks, and the correction of Holm.

A few runs say nothing about a distribution's shape, so nothing is assumed of it; where there are no ties the p of small
samples is exact.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXACT_MOST = 20
"""Runs of either kind up to which p is exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """What the test says of two samples.

    Attributes:
        higher: the share of all pairs in which the first sample's value is the higher one, ties counted half.
        p: that samples of one distribution differ so much or more.
    """

    higher: float
    p: float


def compare_samples(first: Sequence[float], second: Sequence[float]) -> RankTest | None:
    """Compare two samples; None where either has fewer than two values.

    Source: Mann and Whitney 1947; the normal approximation with correction for ties and continuity where there are
    ties, or more than 20 values.
    """
    n, m = len(first), len(second)
    if min(n, m) < 2:  # noqa: PLR2004 - one value is no sample
        return None
    u = sum((a > b) + 0.5 * (a == b) for a in first for b in second)
    counts = Counter([*first, *second])
    exact = max(n, m) <= _EXACT_MOST and max(counts.values()) == 1
    p = _exact_p(n, m, u) if exact else _normal_p(n, m, u, list(counts.values()))
    return RankTest(higher=u / (n * m), p=p)


def adjust_by_holm(values: Sequence[float]) -> list[float]:
    """Return several p so that the chance of any false alarm is bounded (Holm 1979), in the same order."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    found, least = [0.0] * len(values), 0.0
    for place, at in enumerate(order):
        least = max(least, min(1.0, (len(values) - place) * values[at]))
        found[at] = least
    return found


def _exact_p(n: int, m: int, u: float) -> float:
    """Count the orders of n and m values that are as far from the middle as `u`, or farther."""
    # ways[k]: how many orders have U = k; one more value of the first sample at a time.
    ways = [1] + [0] * (n * m)
    for i in range(1, n + 1):
        # Multiply by (1 - x^(m + i)) / (1 - x^i).
        for k in range(n * m, m + i - 1, -1):
            ways[k] -= ways[k - m - i]
        for k in range(i, n * m + 1):
            ways[k] += ways[k - i]
    far = min(u, n * m - u)
    tail = sum(ways[: math.floor(far) + 1])
    return min(1.0, 2 * tail / math.comb(n + m, n))


def _normal_p(n: int, m: int, u: float, ties: Sequence[int]) -> float:
    total = n + m
    tied = sum(count**3 - count for count in ties) / (total * (total - 1))
    variance = n * m / 12 * (total + 1 - tied)
    if variance <= 0:
        return 1.0
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))
