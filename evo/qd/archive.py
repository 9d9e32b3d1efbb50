"""The elites of one island: the best program of each cell.

See Mouret & Clune 2015, arXiv:1504.04909 (MAP-Elites), and Pugh et al. 2016 (QD-score).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.records import Elite, Placement
from evo.verdicts import Direction, PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.qd.space import Space
    from evo.records import Cell


class Archive:
    """One elite per cell; whoever is strictly better takes the cell.

    Invariants: every elite is the best of all that were added to its cell; the first of equals stays; adding the same
    program again changes nothing. Cost of `add` and `best` does not grow with the number of elites.

    Args:
        space: where measures fall.
        direction: which objectives are better.
        island: the number written into placements.
    """

    def __init__(self, space: Space, direction: Direction, island: int = 0) -> None:
        self.space, self.direction, self.island = space, direction, island
        self._cells: dict[Cell, Elite] = {}
        self._order: list[Cell] = []
        self._best: Elite | None = None

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: int) -> Elite:
        return self._cells[self._order[index]]

    def elites(self) -> Sequence[Elite]:
        """Return the elites in the order in which their cells were first filled."""
        return [self._cells[cell] for cell in self._order]

    def at(self, cell: Cell) -> Elite | None:
        """Return the elite of a cell, or None when it is empty."""
        return self._cells.get(cell)

    def best(self) -> Elite | None:
        """Return the elite with the best objective; the earliest of equals; None when empty."""
        return self._best

    def elite(self, program: str, objective: float, measures: Mapping[str, float]) -> Elite:
        """Make the elite that a VALID program would be here.

        Raises:
            EvoError: a measure of the space is missing or not finite.
        """
        return Elite(program=program, objective=objective, measures=measures, cell=self.space.cell_of(measures))

    def add(self, elite: Elite) -> Placement:
        """Offer an elite to its cell and say what became of it."""
        held = self._cells.get(elite.cell)
        if held is None:
            self._order.append(elite.cell)
            return self._take(elite, PlacementStatus.NEW, None, None)
        # Ties keep the incumbent: replacing on equality would make a replay depend on the order of arrival.
        delta = self.direction.gain(elite.objective, held.objective)
        if not self.direction.better(elite.objective, held.objective):
            return Placement(island=self.island, cell=elite.cell, status=PlacementStatus.REJECTED, delta=delta)
        return self._take(elite, PlacementStatus.IMPROVED, held.program, delta)

    def _take(self, elite: Elite, status: PlacementStatus, displaced: str | None, delta: float | None) -> Placement:
        self._cells[elite.cell] = elite
        if self._best is None or self.direction.better(elite.objective, self._best.objective):
            self._best = elite
        return Placement(island=self.island, cell=elite.cell, status=status, displaced=displaced, delta=delta)

    @property
    def coverage(self) -> float:
        """Share of cells that are filled, in [0, 1]."""
        return len(self) / self.space.size

    @property
    def qd_score(self) -> float:
        """Sum of the objectives of all elites, in the objective's unit."""
        return sum(elite.objective for elite in self.elites())
