"""Where a measure falls: from measures to a cell.

A space knows nothing of objectives. Bounds serve binning alone: a measure outside its range falls in the outermost
bin and keeps its value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.records import Cell


class Scale(StrEnum):
    """How an axis is divided: into equal steps, or into equal ratios."""

    LINEAR = "linear"
    LOG = "log"


class Space(Protocol):
    """A division of measure space into cells."""

    @property
    def size(self) -> int:
        """Number of cells, at least 1."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The measures that span the space, in the order of a cell's coordinates."""
        ...

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return the cell in which `measures` fall.

        Raises:
            EvoError: a measure is missing or not a finite number.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One measure, divided into bins.

    Attributes:
        name: the measure.
        low, high: the range that is divided, low < high; both positive when scale is LOG.
        cells: number of bins, at least 1.
    """

    name: str
    low: float
    high: float
    cells: int
    scale: Scale = Scale.LINEAR

    def __post_init__(self) -> None:
        """Refuse a range that cannot be divided."""
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high and self.cells >= 1):
            raise EvoError(
                f"measure {self.name!r}: expected low < high and at least 1 cell; "
                f"got low={self.low}, high={self.high}, cells={self.cells}"
            )
        if self.scale is Scale.LOG and self.low <= 0:
            raise EvoError(f"measure {self.name!r}: a log scale needs low > 0; got low={self.low}")

    def bin_of(self, value: float) -> int:
        """Return the bin of a finite value, in [0, cells); values outside the range go to the outermost bins."""
        if value <= self.low:
            return 0
        if value >= self.high:
            return self.cells - 1
        if self.scale is Scale.LOG:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            # Halves first: high - low overflows for ranges near the largest double.
            share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return min(max(int(share * self.cells), 0), self.cells - 1)

    def edges(self) -> list[float]:
        """Return the cells + 1 borders of the bins, ascending, in the measure's unit."""
        shares = [i / self.cells for i in range(self.cells + 1)]
        if self.scale is Scale.LOG:
            return [self.low * (self.high / self.low) ** share for share in shares]
        return [self.low + (self.high - self.low) * share for share in shares]


@dataclass(frozen=True, slots=True)
class GridSpace:
    """A grid over one or more measures, the classical MAP-Elites space.

    See Mouret & Clune 2015, arXiv:1504.04909.
    """

    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        """Number of cells: the product of the axes' bins."""
        return math.prod(axis.cells for axis in self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """The axes' measures."""
        return tuple(axis.name for axis in self.axes)

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return one bin index per axis.

        Raises:
            EvoError: a measure is missing or not a finite number.
        """
        return tuple(axis.bin_of(_finite(axis, measures)) for axis in self.axes)


def _finite(axis: Axis, measures: Mapping[str, float]) -> float:
    value = measures.get(axis.name)
    if value is None or not math.isfinite(value):
        raise EvoError(f"measure {axis.name!r} = {value}: expected a finite number near [{axis.low}, {axis.high}]")
    return value
