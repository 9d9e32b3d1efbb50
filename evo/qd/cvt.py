"""A division of measure space into cells of equal size, however many measures there are.

See Vassiliades, Chatzilygeroudis & Mouret 2018, arXiv:1610.05729 (CVT-MAP-Elites).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evo.errors import EvoError
from evo.qd.spaces import Axis, Category, finite
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.records import Cell

_SAMPLES_PER_CELL = 25
_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Cvt:
    """Cells of equal size are spread evenly over all measures.

    Attributes:
        cells: how many, at least 1.
    """

    cells: int = 256

    def over(self, axes: Sequence[Axis | Category], seed: int) -> CvtSpace:
        """Return the space; its centroids depend on the seed.

        Raises:
            EvoError: an axis of kinds.
        """
        sizes = [axis for axis in axes if isinstance(axis, Axis)]
        kinds = next((axis.name for axis in axes if isinstance(axis, Category)), None)
        if kinds is not None:
            raise EvoError(f"{kinds}: kinds have no distances, so a cvt cannot hold them; expected `use: grid`")
        return CvtSpace(sizes, self.cells, seed)


class CvtSpace:
    """The Voronoi cells of centroids that are spread evenly over the measures' ranges.

    A grid's number of cells grows with the power of its measures; here it is chosen. Measures are compared on the scale
    of their axes, from 0 at low to 1 at high; values outside a range count as its end.

    Args:
        axes: one per measure, at least one; their numbers of bins are not used.
        cells: number of centroids, at least 1.
        seed: the run's seed, on which the centroids depend.

    Raises:
        EvoError: no axis or no cell.
    """

    def __init__(self, axes: Sequence[Axis], cells: int, seed: int) -> None:
        if not axes or cells < 1:
            raise EvoError(f"archive: a CVT needs a measure and a cell; got {len(axes)} and {cells}")
        from scipy.spatial import KDTree  # noqa: PLC0415 - 200 ms, only for runs that use it

        self._axes = tuple(axes)
        self.centroids: Sequence[Sequence[float]] = _spread(len(axes), cells, seed)
        self._tree: Any = KDTree(self.centroids)

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.centroids)

    @property
    def names(self) -> tuple[str, ...]:
        """The axes' measures."""
        return tuple(axis.name for axis in self._axes)

    @property
    def outline(self) -> list[dict[str, JSON]]:
        """One coordinate: the number of the cell."""
        return [{"name": " x ".join(self.names), "edges": [float(i) for i in range(self.size + 1)]}]

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return the number of the nearest centroid.

        Raises:
            EvoError: a measure is missing or not a finite number.
        """
        point = [axis.share_of(finite(axis.name, measures)) for axis in self._axes]
        return (int(self._tree.query(point)[1]),)


def _spread(measures: int, cells: int, seed: int) -> Sequence[Sequence[float]]:
    """Return centroids in the unit cube, sorted, after a few rounds of Lloyd 1982 on uniform samples."""
    import numpy as np  # noqa: PLC0415 - as above
    from scipy.spatial import KDTree  # noqa: PLC0415 - as above

    rng = stream(seed, "cvt", f"{measures}x{cells}")
    count = _SAMPLES_PER_CELL * cells
    points = np.array([rng.random() for _ in range(count * measures)]).reshape(count, measures)
    centroids = points[:cells].copy()
    for _ in range(_ROUNDS):
        tree: Any = KDTree(centroids)
        owner = np.asarray(tree.query(points)[1])
        sizes = np.bincount(owner, minlength=cells)
        for measure in range(measures):
            sums = np.bincount(owner, weights=points[:, measure], minlength=cells)
            centroids[:, measure] = np.where(sizes > 0, sums / np.maximum(sizes, 1), centroids[:, measure])
    return sorted(centroids.tolist())
