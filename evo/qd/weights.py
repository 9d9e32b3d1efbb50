"""Drawing in proportion to whole-number weights that change one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random


class Weights:
    """A list of weights with fast sums: `append`, `set` and `draw` cost about log2(n) steps.

    The partial sums are those of Fenwick 1994. Weights are integers, so that the sums do not depend on the order of
    the changes.

    Args:
        weights: at least 1 each.
    """

    def __init__(self, weights: Iterable[int] = ()) -> None:
        self._weights: list[int] = []
        self._sums = [0]  # _sums[i] covers the (i & -i) weights that end at the i-th
        self.total = 0
        for weight in weights:
            self.append(weight)

    def __len__(self) -> int:
        return len(self._weights)

    def append(self, weight: int) -> None:
        """Add a weight at the end."""
        end = len(self._sums)
        below, covered = end - 1, weight
        while below > end - (end & -end):
            covered += self._sums[below]
            below -= below & -below
        self._weights.append(weight)
        self._sums.append(covered)
        self.total += weight

    def pop(self) -> None:
        """Take the last weight away; there has to be one."""
        self.total -= self._weights.pop()
        # No other sum covers it: each one ends where it is kept.
        self._sums.pop()

    def set(self, index: int, weight: int) -> None:
        """Change a weight."""
        change = weight - self._weights[index]
        self._weights[index] = weight
        self.total += change
        place = index + 1
        while place < len(self._sums):
            self._sums[place] += change
            place += place & -place

    def draw(self, rng: Random) -> int:
        """Return an index with probability in proportion to its weight; there has to be one."""
        left = rng.randrange(self.total)
        place, step = 0, 1 << (len(self._weights).bit_length() - 1)
        while step:
            ahead = place + step
            if ahead < len(self._sums) and self._sums[ahead] <= left:
                place = ahead
                left -= self._sums[ahead]
            step >>= 1
        return place
