"""Several objectives at once: who dominates whom, and who stays when a front is too long.

An objective vector here is a tuple of losses: smaller is better in every place, whatever the objectives' directions.
See Deb et al. 2002, doi:10.1109/4235.996017 (NSGA-II), for dominance and crowding.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

Losses = tuple[float, ...]


def dominates(a: Losses, b: Losses) -> bool:
    """Tell whether `a` is at least as good as `b` in every place and better in one."""
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))


def front(losses: Sequence[Losses]) -> list[int]:
    """Return the indices of those that nobody dominates, in order; of equals the first alone."""
    kept: list[int] = []
    # Whoever dominates comes earlier in this order, so one pass against what is kept is enough.
    for index in sorted(range(len(losses)), key=lambda i: (losses[i], i)):
        if not any(all(x <= y for x, y in zip(losses[k], losses[index], strict=True)) for k in kept):
            kept.append(index)
    return sorted(kept)


def crowding(losses: Sequence[Losses]) -> list[float]:
    """Return the crowding distance of each, infinite for the ends of a front; larger is lonelier."""
    count = len(losses)
    distance = [0.0] * count
    for place in range(len(losses[0]) if losses else 0):
        order = sorted(range(count), key=lambda i: (losses[i][place], i))
        low, high = losses[order[0]][place], losses[order[-1]][place]
        distance[order[0]] = distance[order[-1]] = math.inf
        # Halves: the range of finite numbers need not be one.
        span = high / 2 - low / 2
        for before, index, after in zip(order, order[1:], order[2:], strict=False):
            if span > 0:
                distance[index] += (losses[after][place] / 2 - losses[before][place] / 2) / span
    return distance


def crowded_out(losses: Sequence[Losses]) -> int:
    """Return which one of a front has to go: the most crowded but for the best in the first place, of equals the last.

    Args:
        losses: at least two.
    """
    best = min(range(len(losses)), key=lambda i: (losses[i], i))
    distance = crowding(losses)
    return max((i for i in range(len(losses)) if i != best), key=lambda i: (-distance[i], i))


def migrants(losses: Sequence[Losses], count: int, rng: Random) -> list[int]:
    """Return the indices of up to `count` of those that nobody dominates, drawn without preference."""
    found = front(losses)
    return rng.sample(found, min(count, len(found)))
