"""A space of rings around the middle of all ranges."""

import math
from dataclasses import dataclass

import evo


@dataclass(frozen=True, kw_only=True)
class Rings:
    """Programs whose measures lie equally far from the middle compete.

    Attributes:
        cells: number of rings, at least 1.
    """

    cells: int = 6

    def over(self, axes, seed):
        """Return the space."""
        return RingSpace(tuple(axes), self.cells)


class RingSpace:
    """The rings over some axes."""

    def __init__(self, axes, cells):
        self.axes, self.size = axes, cells
        self.names = tuple(axis.name for axis in axes)
        self.outline = [{"name": "distance", "edges": [i / cells for i in range(cells + 1)]}]

    def cell_of(self, measures):
        """Return the ring: 0 in the middle, the last one at the ends of the ranges and beyond."""
        far = 0.0
        for axis in self.axes:
            value = measures.get(axis.name)
            if value is None or not math.isfinite(value):
                raise evo.EvoError(f"measure {axis.name!r} = {value}: expected a finite number")
            half = (axis.high - axis.low) / 2
            far = max(far, min(abs(value - axis.low - half) / half, 1.0))
        return (min(int(far * self.size), self.size - 1),)
