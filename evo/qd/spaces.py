"""Where a measure falls: from measures to a cell.

A space knows nothing of objectives. Bounds serve binning alone: a measure outside its range falls in the outermost
bin and keeps its value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
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
        """The measures that span the space."""
        ...

    @property
    def outline(self) -> list[dict[str, JSON]]:
        """The coordinates of a cell as plain data, for maps: `name` and the ascending `edges` of each one's bins."""
        ...

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return the cell in which `measures` fall.

        Raises:
            EvoError: a measure is missing or not a finite number.
        """
        ...


class SpaceOptions(Protocol):
    """A kind of space, as declared: from axes to a space.

    One whose cells lie between the edges of its outline has `bordered = True`: a replay checks them then.
    """

    def over(self, axes: Sequence[Axis | Category], seed: int) -> Space:
        """Return the space over these axes, at least one.

        Args:
            axes: one per measure that spans the archive, in the order of the config.
            seed: the run's, for spaces that draw.

        Raises:
            EvoError: a kind of axis that such a space cannot hold.
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

    def share_of(self, value: float) -> float:
        """Return where a finite value lies between low and high, in [0, 1]; values outside go to the ends."""
        if value <= self.low:
            return 0.0
        if value >= self.high:
            return 1.0
        if self.scale is Scale.LOG and math.isfinite(self.high / self.low):
            return math.log(value / self.low) / math.log(self.high / self.low)
        if self.scale is Scale.LOG:
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        # Halves first: high - low overflows for ranges near the largest double.
        return (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)

    def bin_of(self, value: float) -> int:
        """Return the bin of a finite value, in [0, cells); values outside the range go to the outermost bins."""
        return min(max(int(self.share_of(value) * self.cells), 0), self.cells - 1)

    def edges(self) -> list[float]:
        """Return the cells + 1 borders of the bins, ascending, in the measure's unit."""
        shares = [i / self.cells for i in range(self.cells + 1)]
        if self.scale is Scale.LOG:
            return [self.low * (self.high / self.low) ** share for share in shares]
        return [self.low + (self.high - self.low) * share for share in shares]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One measure whose values are names for kinds, not sizes; one bin for each kind, and a last one for all others.

    Attributes:
        name: the measure.
        values: the kinds, at least one, all different and finite.
    """

    name: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse kinds that cannot be told apart."""
        if not self.values or len(set(self.values)) < len(self.values) or not all(map(math.isfinite, self.values)):
            raise EvoError(f"measure {self.name!r}: expected different finite values; got {list(self.values)}")

    @property
    def cells(self) -> int:
        """Number of bins."""
        return len(self.values) + 1

    def bin_of(self, value: float) -> int:
        """Return the bin of a finite value, in [0, cells)."""
        return self.values.index(value) if value in self.values else len(self.values)

    def edges(self) -> list[float]:
        """Return the borders of the bins in a drawing: bin i lies between i and i + 1."""
        return [float(i) for i in range(self.cells + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Each measure is divided by itself."""

    bordered: ClassVar[bool] = True

    def over(self, axes: Sequence[Axis | Category], seed: int) -> GridSpace:  # noqa: ARG002 - the protocol's signature
        """Return the grid."""
        return GridSpace(tuple(axes))


@dataclass(frozen=True, slots=True)
class GridSpace:
    """A grid over one or more measures, the classical MAP-Elites space.

    See Mouret & Clune 2015, arXiv:1504.04909.
    """

    axes: tuple[Axis | Category, ...]

    @property
    def size(self) -> int:
        """Number of cells: the product of the axes' bins."""
        return math.prod(axis.cells for axis in self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """The axes' measures, in the order of a cell's coordinates."""
        return tuple(axis.name for axis in self.axes)

    @property
    def outline(self) -> list[dict[str, JSON]]:
        """One coordinate per axis; see `Space.outline`."""
        return [_outlined(axis) for axis in self.axes]

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return one bin index per axis.

        Raises:
            EvoError: a measure is missing or not a finite number.
        """
        return tuple(axis.bin_of(finite(axis.name, measures)) for axis in self.axes)


def finite(name: str, measures: Mapping[str, float]) -> float:
    """Return a measure.

    Raises:
        EvoError: it is missing or not a finite number.
    """
    value = measures.get(name)
    if value is None or not math.isfinite(value):
        raise EvoError(f"measure {name!r} = {value}: expected a finite number")
    return value


def _outlined(axis: Axis | Category) -> dict[str, JSON]:
    outline: dict[str, JSON] = {"name": axis.name, "edges": [*axis.edges()]}
    return outline if isinstance(axis, Axis) else {**outline, "values": [*axis.values]}
