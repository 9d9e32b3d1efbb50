"""From raw fitness to the weights of the update; more fitness is better.

Every shaping maps f (N,) to w (N,), is unchanged by f -> c f + d with c > 0, and gives exactly zero everywhere when
all members are equal. Members without a finite fitness come last (`repair`).
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING, TypeAlias, assert_never

import numpy as np

from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from evo.eggroll.arrays import Array

ShapingFunction: TypeAlias = "Callable[[Array], Array]"


class Shaping(StrEnum):
    """The shapings that ship."""

    ZSCORE = "zscore"
    GROUPED = "grouped"
    RANK = "rank"
    SIGN = "sign"


def repair(fitness: Array) -> Array:
    """Put members without a finite fitness strictly last.

    They are set one mean spacing below the worst finite member, so that a handful of them cannot blow up the scale.

    Args:
        fitness: (N,), any real numbers, infinities or NaN.

    Returns:
        (N,) float64, finite; all zero if no member was finite.
    """
    f: Array = np.asarray(fitness, dtype=np.float64)
    finite = np.isfinite(f)
    if finite.all():
        return f
    if not finite.any():
        return np.zeros_like(f)
    # Halves first: the spread of two finite numbers may overflow.
    low, high = float(f[finite].min()), float(f[finite].max())
    gap = (high / 2 - low / 2) / max(1, int(finite.sum()) - 1) * 2 or max(1.0, abs(low)) * 1e-3
    return np.where(finite, f, max(low - gap, -np.finfo(np.float64).max))


def zscore(fitness: Array) -> Array:
    """Return (f - mean) / std, with the standard deviation of the population (divisor N)."""
    return grouped_zscore(fitness, group_size=len(fitness))


def grouped_zscore(fitness: Array, *, group_size: int) -> Array:
    """Return (f - mean of the member's group) / std of all members (section 6.3 of the paper).

    For members that were judged on different data group by group: the mean is the group's, the scale is common.

    Args:
        fitness: (N,), finite.
        group_size: consecutive members that form a group; divides N.

    Returns:
        (N,) float64.
    """
    if fitness.max() == fitness.min():  # exactly: the mean of equal floats need not equal them
        return np.zeros_like(fitness, dtype=np.float64)
    # Fitness near the largest float would overflow in a sum of squares; the scale cancels.
    f = fitness / np.abs(fitness).max()
    centred = f - f.mean()
    largest = max(float(centred.max()), -float(centred.min()))
    spread = sqrt(float(((centred / largest) ** 2).mean())) * largest
    groups = f.reshape(-1, group_size)
    within = groups - groups.mean(axis=1, keepdims=True)
    within[groups.max(axis=1) == groups.min(axis=1)] = 0.0
    return (within / spread).reshape(-1)


def centred_rank(fitness: Array) -> Array:
    """Return ranks spread evenly over [-1/2, 1/2], worst to best; ties share the mean of their ranks."""
    _, place, counts = np.unique(fitness, return_inverse=True, return_counts=True)
    first = np.cumsum(counts) - counts
    mean_rank = first + (counts - 1) / 2
    return mean_rank[place] / max(1, len(fitness) - 1) - 0.5 * (len(fitness) > 1)


def pair_sign(fitness: Array) -> Array:
    """Return +-sign(f_2p - f_2p+1) for the two members of each pair: -1, 0 or 1 (appendix H.2 of the paper)."""
    first, second = fitness[0::2], fitness[1::2]
    better = (first > second) * 1.0 - (first < second)  # a difference of large floats could overflow
    return np.stack([better, -better], axis=1).reshape(-1)


def shaping_function(shaping: Shaping | str, *, group_size: int | None = None) -> ShapingFunction:
    """Return the function that a name stands for.

    Args:
        shaping: one of `Shaping`.
        group_size: members a group, for `grouped` alone.

    Raises:
        UsageError: the name is unknown, or `group_size` is missing or superfluous.
    """
    try:
        known = Shaping(shaping)
    except ValueError:
        raise UsageError(
            f"shaping {shaping!r} is unknown; expected one of {', '.join(Shaping)}, or a function"
        ) from None
    if (known is Shaping.GROUPED) != (group_size is not None):
        raise UsageError(
            f"group_size = {group_size} with shaping {known.value!r}; expected it with 'grouped' and only there"
        )
    match known:
        case Shaping.ZSCORE:
            return zscore
        case Shaping.GROUPED:
            return partial(grouped_zscore, group_size=group_size or 0)
        case Shaping.RANK:
            return centred_rank
        case Shaping.SIGN:
            return pair_sign
        case _:
            assert_never(known)
