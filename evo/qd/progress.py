"""How the archives stood after every commit, read back from the log: best so far, coverage, QD-score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.records import PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from evo.records import Cell, Commit, Direction, Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The archives after a commit, all islands together.

    Attributes:
        evaluations: so far.
        best: the best objective of any elite; None before the first.
        filled, coverage: cells that hold an elite, and their share of all cells in [0, 1].
        qd_score: sum over the cells of their best objective (Pugh et al. 2016), in the objective's unit.
    """

    seq: int
    ticket: int
    evaluations: int
    best: float | None
    filled: int
    coverage: float
    qd_score: float


class _Cells:
    """What every cell of every island holds."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._held: dict[tuple[int, Cell], dict[str, float]] = {}
        self.objectives: dict[str, float] = {}
        self.tops: dict[tuple[int, Cell], float] = {}
        self.best: float | None = None

    def place(self, program: str, placement: Placement) -> None:
        where = (placement.island, placement.cell)
        held = self._held.setdefault(where, {})
        match placement.status:
            case PlacementStatus.REJECTED:
                return
            case PlacementStatus.REVISED:
                gain = placement.delta or 0.0
                held[program] += gain if self._direction.better(1.0, 0.0) else -gain
                # A migrant takes its mean along.
                self.objectives[program] = held[program]
            case PlacementStatus.REMOVED:
                held.pop(placement.displaced or "", None)
            case PlacementStatus.FOUNDED:
                self._empty(placement.island)
                held = self._held[where] = {program: self.objectives[program]}
            case PlacementStatus.NEW | PlacementStatus.IMPROVED:
                held.pop(placement.displaced or "", None)
                held[program] = self.objectives[program]
        self._top(where, held)

    def _empty(self, island: int) -> None:
        for where in [where for where in self._held if where[0] == island]:
            del self._held[where]
            self._top(where, {})

    def _top(self, where: tuple[int, Cell], held: dict[str, float]) -> None:
        pick = max if self._direction.better(1.0, 0.0) else min
        before = self.tops.pop(where, None)
        if held:
            self.tops[where] = pick(held.values())
        top = self.tops.get(where)
        if before is not None and before == self.best and top != before:
            self.best = pick(self.tops.values(), default=None)
        elif top is not None and (self.best is None or self._direction.better(top, self.best)):
            self.best = top


def progress(commits: Iterable[Commit], direction: Direction, cells: int) -> Iterator[Stand]:
    """Yield how the archives stood after each commit.

    The sum of a QD-score is made anew only when a cell has changed, so a commit costs at most one pass over the cells.

    Args:
        commits: the whole log, in order.
        direction: which objectives are better.
        cells: of all islands together, at least 1.
    """
    found, evaluations, score = _Cells(direction), 0, 0.0
    for commit in commits:
        scored, program = commit.evaluation, commit.proposal.program
        evaluations += scored is not None
        if scored and scored.objective is not None:
            found.objectives.setdefault(scored.program, scored.objective)
        born = [(program.id if program else "", each) for each in commit.placements]
        moved = [(each.program, each.placement) for each in commit.migrations]
        for name, placement in (*born, *moved):
            found.place(name, placement)
        if any(each.status is not PlacementStatus.REJECTED for _, each in (*born, *moved)):
            score = math.fsum(found.tops.values())
        yield Stand(
            seq=commit.seq,
            ticket=commit.ticket,
            evaluations=evaluations,
            best=found.best,
            filled=len(found.tops),
            coverage=len(found.tops) / cells,
            qd_score=score,
        )
