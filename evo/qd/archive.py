"""The elites of one island: the best programs of each cell.

See Mouret & Clune 2015, arXiv:1504.04909 (MAP-Elites), and Pugh et al. 2016 (QD-score).
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.qd.pareto import crowded_out, dominates
from evo.qd.ranking import Ranking
from evo.qd.replacements import ByObjective
from evo.qd.spaces import finite
from evo.qd.weights import Weights
from evo.records import Direction, Elite, Placement, PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.qd.noise import Noise
    from evo.qd.pareto import Losses
    from evo.qd.replacements import Replacement
    from evo.qd.spaces import Space
    from evo.records import Cell

_FRESH, _WON, _LOST, _LEAST = 10, 10, 5, 1


class Archive:
    """One elite per cell, or a few; whoever is strictly better takes the place.

    Every elite sits in a slot; a slot is filled once and from then on handed to whoever displaces its elite.

    Invariants: a cell holds the best of all that were added to it; the first of equals stays; adding the same program
    again changes nothing. Cost of `add` and `best` does not grow with the number of elites.

    Args:
        space: where measures fall.
        direction: which objectives are better.
        island: the number written into placements.
        per_cell: most elites in a cell, at least 1.
        margin: how much better an elite has to be than the one it displaces, in the objective's unit, at least 0: the
            noise of a score. With a margin over 0 an elite is the best of its cell up to the margin.
        aims: further objectives, measures with the direction that is better; part of `losses` alone.
        rule: who may take a place in a cell. One with `fronts` lets cells hold fronts over all objectives: no elite of
            a cell dominates another one. The best of the first objective stays all the same.
        noise: what is known of the scores' noise, shared with whoever learns it; it adds to the margin.

    Raises:
        EvoError: an option out of range.
    """

    def __init__(
        self,
        space: Space,
        direction: Direction,
        island: int = 0,
        *,
        per_cell: int = 1,
        margin: float = 0.0,
        aims: Mapping[str, Direction] = MappingProxyType({}),
        rule: Replacement | None = None,
        noise: Noise | None = None,
    ) -> None:
        if per_cell < 1 or not margin >= 0:
            raise EvoError(f"archive: expected per_cell >= 1 and margin >= 0; got {per_cell} and {margin}")
        self.space, self.direction, self.island = space, direction, island
        self.aims, self._rule, self._noise = aims, rule or ByObjective(), noise
        self._per_cell, self._margin = per_cell, margin
        self._slots: list[Elite] = []
        self._cells: dict[Cell, list[int]] = {}
        self._where: dict[str, int] = {}
        self._best: Elite | None = None
        self._tries: list[int] = []
        self._wins: list[int] = []
        # Only made for selectors that ask; both are functions of the elites and their tries alone.
        self._ranking: Ranking | None = None
        self._curiosity: Weights | None = None

    def __len__(self) -> int:
        return len(self._slots)

    def __getitem__(self, slot: int) -> Elite:
        return self._slots[slot]

    def __contains__(self, program: str) -> bool:
        return program in self._where

    @property
    def noisy(self) -> bool:
        """Whether elites stand for the mean of scores that may change."""
        return self._noise is not None

    def elites(self) -> Sequence[Elite]:
        """Return the elites by slot: with one per cell, in the order in which their cells were first filled."""
        return list(self._slots)

    def at(self, cell: Cell) -> Elite | None:
        """Return the best elite of a cell, or None when it is empty."""
        held = self._cells.get(cell)
        return self._slots[held[0]] if held else None

    def best(self) -> Elite | None:
        """Return the elite with the best objective; the earliest of equals; None when empty."""
        return self._best

    def elite(self, program: str, objective: float, measures: Mapping[str, float]) -> Elite:
        """Make the elite that a VALID program would be here.

        Raises:
            EvoError: a measure of the space, or one that is an objective, is missing or not finite.
        """
        for name in self.aims:
            finite(name, measures)
        return Elite(program=program, objective=objective, measures=measures, cell=self.space.cell_of(measures))

    def fit(self, elite: Elite) -> Elite:
        """Return an elite of another space with the cell that it has here."""
        return replace(elite, cell=self.space.cell_of(elite.measures))

    def clear(self) -> None:
        """Forget every elite."""
        self._slots.clear()
        self._cells.clear()
        self._where.clear()
        self._tries.clear()
        self._wins.clear()
        self._best = self._ranking = self._curiosity = None

    def losses(self, elite: Elite) -> Losses:
        """Return all objectives of an elite, the first one first, as losses: smaller is better."""
        further = (direction.gain(0.0, elite.measures[name]) for name, direction in self.aims.items())
        return (self._loss(elite), *further)

    def offer(self, elite: Elite) -> tuple[Placement, ...]:
        """Offer an elite to its cell and say what became of it, and then of others that had to go with the displaced.

        The first placement is the elite's own; the others are REMOVED, and name whom they are about as displaced.
        """
        return self._join_front(elite) if self._rule.fronts else (self.add(elite),)

    def add(self, elite: Elite) -> Placement:
        """Offer an elite to its cell, by the first objective, and say what became of it.

        Returns:
            NEW for a free place, without a delta. Otherwise delta is the gain over the elite whose place is at stake,
            the worst of the cell.
        """
        held = self._cells.setdefault(elite.cell, [])
        own = next((slot for slot in held if self._slots[slot].program == elite.program), None)
        if len(held) < self._per_cell and own is None:
            self._grow(elite)
            self._file(held, len(self._slots) - 1)
            return Placement(island=self.island, cell=elite.cell, status=PlacementStatus.NEW)
        # A program that is here already competes for its own place, so it is never here twice.
        slot = held[-1] if own is None else own
        loser = self._slots[slot]
        delta = self.direction.gain(elite.objective, loser.objective)
        if not self._displaces(elite, loser, delta):
            return Placement(island=self.island, cell=elite.cell, status=PlacementStatus.REJECTED, delta=delta)
        held.remove(slot)
        self._hand_over(slot, elite)
        self._file(held, slot)
        return Placement(
            island=self.island, cell=elite.cell, status=PlacementStatus.IMPROVED, displaced=loser.program, delta=delta
        )

    def _displaces(self, elite: Elite, loser: Elite, delta: float) -> bool:
        margin = self._margin
        if delta > margin and self._noise is not None:
            margin = max(margin, self._noise.margin(loser.program))
        return self._rule.displaces(elite, loser, gain=delta, margin=margin)

    def _join_front(self, elite: Elite) -> tuple[Placement, ...]:
        held = self._cells.setdefault(elite.cell, [])
        mine, losses = self.losses(elite), [self.losses(self._slots[slot]) for slot in held]
        above = [slot for slot, theirs in zip(held, losses, strict=True) if theirs == mine or dominates(theirs, mine)]
        leaving = [slot for slot, theirs in zip(held, losses, strict=True) if dominates(mine, theirs)]
        if not above and not leaving and len(held) >= self._per_cell:
            last = crowded_out([*losses, mine])
            # One that is crowded out at once is as good as dominated by the last of the front.
            above, leaving = (held[-1:], []) if last == len(held) else ([], [held[last]])
        if above:
            delta = self.direction.gain(elite.objective, self._slots[above[0]].objective)
            return (Placement(island=self.island, cell=elite.cell, status=PlacementStatus.REJECTED, delta=delta),)
        if not leaving:
            self._grow(elite)
            self._file(held, len(self._slots) - 1)
            return (Placement(island=self.island, cell=elite.cell, status=PlacementStatus.NEW),)
        gone = [self._slots[slot] for slot in leaving]
        for each in gone[:-1]:
            self.remove(each.program)
        slot, loser = self._where[gone[-1].program], gone[-1]
        held.remove(slot)
        self._hand_over(slot, elite)
        self._file(held, slot)
        if self._best is loser:
            self._best = self._slots[self.ranking()[0]]
        delta = self.direction.gain(elite.objective, loser.objective)
        mine_now = Placement(
            island=self.island, cell=elite.cell, status=PlacementStatus.IMPROVED, displaced=loser.program, delta=delta
        )
        return (mine_now, *(self._removed(each) for each in gone[:-1]))

    def _removed(self, elite: Elite) -> Placement:
        return Placement(island=self.island, cell=elite.cell, status=PlacementStatus.REMOVED, displaced=elite.program)

    def remove(self, program: str) -> Placement | None:
        """Let an elite go and say so; None if it is not here. The last slot takes over its number."""
        slot = self._where.get(program)
        if slot is None:
            return None
        elite, last = self._slots[slot], len(self._slots) - 1
        held = self._cells[elite.cell]
        del self._where[program]
        held.remove(slot)
        if not held:
            del self._cells[elite.cell]
        if self._ranking is not None:
            self._ranking.remove(self._loss(elite), slot)
        if slot != last:
            self._renumber(last, slot)
        del self._slots[last], self._tries[last], self._wins[last]
        if self._curiosity is not None:
            self._curiosity.pop()
        if self._best is elite:
            self._best = self._slots[self.ranking()[0]] if self._slots else None
        return self._removed(elite)

    def _renumber(self, old: int, new: int) -> None:
        """Move an elite to a slot that nobody has any more; its own still has to be taken away."""
        elite = self._slots[old]
        held = self._cells[elite.cell]
        held[held.index(old)] = new
        if self._where.get(elite.program) == old:
            self._where[elite.program] = new
        if self._ranking is not None:
            self._ranking.remove(self._loss(elite), old)
            self._ranking.insert(self._loss(elite), new)
        self._slots[new] = elite
        self._tries[new], self._wins[new] = self._tries[old], self._wins[old]
        if self._curiosity is not None:
            self._curiosity.set(new, self._interest(new))

    def revise(self, program: str, objective: float) -> Placement | None:
        """Give an elite another objective, the mean of more tests, and say so; None if it is not here."""
        slot = self._where.get(program)
        if slot is None:
            return None
        before, ranking = self._slots[slot], self.ranking()
        self._slots[slot] = replace(before, objective=objective)
        ranking.remove(self._loss(before), slot)
        ranking.insert(self._loss(self._slots[slot]), slot)
        held = self._cells[before.cell]
        held.remove(slot)
        self._file(held, slot)
        self._best = self._slots[ranking[0]]
        delta = self.direction.gain(objective, before.objective)
        return Placement(island=self.island, cell=before.cell, status=PlacementStatus.REVISED, delta=delta)

    def credit(self, program: str, *, won: bool) -> None:
        """Take note that a child of a program was committed.

        Args:
            program: the parent; nothing happens if it is no elite here any more.
            won: whether the child found a place in an archive.
        """
        slot = self._where.get(program)
        if slot is None:
            return
        self._tries[slot] += 1
        self._wins[slot] += won
        if self._curiosity is not None:
            self._curiosity.set(slot, self._interest(slot))

    def tests(self, program: str) -> int:
        """Return how many scores of a program are known: 1, and one more for each retest."""
        return self._noise.tests(program) if self._noise else 1

    def tries(self, slot: int) -> int:
        """Return how many children of the elite in a slot were committed since it came."""
        return self._tries[slot]

    def ranking(self) -> Ranking:
        """Return the slots from best to worst; from the first call on it is kept up to date."""
        if self._ranking is None:
            self._ranking = Ranking([self._loss(elite) for elite in self._slots])
        return self._ranking

    def curiosity(self) -> Weights:
        """Return how promising each slot is, as weights; from the first call on they are kept up to date.

        The score of Cully & Demiris 2018, arXiv:1708.09251, in tenths: 10 at first, 10 more for each child that found
        a place, 5 less for each that did not, never below 1.
        """
        if self._curiosity is None:
            self._curiosity = Weights(self._interest(slot) for slot in range(len(self)))
        return self._curiosity

    def _grow(self, elite: Elite) -> None:
        slot = len(self._slots)
        self._slots.append(elite)
        self._tries.append(0)
        self._wins.append(0)
        self._where[elite.program] = slot
        if self._ranking is not None:
            self._ranking.insert(self._loss(elite), slot)
        if self._curiosity is not None:
            self._curiosity.append(_FRESH)

    def _hand_over(self, slot: int, elite: Elite) -> None:
        before, self._slots[slot] = self._slots[slot], elite
        self._tries[slot] = self._wins[slot] = 0
        if self._where.get(before.program) == slot:
            del self._where[before.program]
        self._where[elite.program] = slot
        if self._ranking is not None:
            self._ranking.remove(self._loss(before), slot)
            self._ranking.insert(self._loss(elite), slot)
        if self._curiosity is not None:
            self._curiosity.set(slot, _FRESH)

    def _file(self, held: list[int], slot: int) -> None:
        """Put a slot among those of its cell, best first, the earlier of equals first."""
        elite, place = self._slots[slot], len(held)
        while place and self.direction.better(elite.objective, self._slots[held[place - 1]].objective):
            place -= 1
        held.insert(place, slot)
        if self._best is None or self.direction.better(elite.objective, self._best.objective):
            self._best = elite

    def _loss(self, elite: Elite) -> float:
        return self.direction.gain(0.0, elite.objective)

    def _interest(self, slot: int) -> int:
        lost = self._tries[slot] - self._wins[slot]
        return max(_LEAST, _FRESH + _WON * self._wins[slot] - _LOST * lost)

    @property
    def filled(self) -> int:
        """Number of cells that hold an elite."""
        return len(self._cells)

    @property
    def coverage(self) -> float:
        """Share of cells that are filled, in [0, 1]."""
        return self.filled / self.space.size

    @property
    def qd_score(self) -> float:
        """Sum of the best objective of each cell, in the objective's unit."""
        return sum(self._slots[held[0]].objective for held in self._cells.values())
