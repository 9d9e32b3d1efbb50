"""The cells of the paper, as rules for `cells.run`: bubble, insertion and selection, rising and falling.

T. Zhang, A. Goldstein, M. Levin 2024, Classical Sorting Algorithms as a Model of Morphogenesis, arXiv:2401.05375.
Insertion and selection see further than a policy may, so they are here for the reproduction suite alone.
"""

import numpy as np
from cells import MARGIN, WALL

BUBBLE, INSERTION, SELECTION = range(3)
NAMES = ("bubble", "insertion", "selection")


class Algotypes:
    """The rule of cells of the paper's kinds.

    Bubble wants to move where it is in the wrong order with either neighbour; a coin picks the side that it then tries.
    Insertion moves left past a neighbour that is out of order with it, once all cells to its left are in order; cells
    that never act are passed over in that comparison. Selection has an ideal position, which starts at an end: it
    changes places with whoever stands there with a larger value, and else sets its ideal one further. Cells that fall
    start at the right end and go left, and take the place of larger ones all the same, as in the paper's program.

    Args:
        world: as it starts.
        kind, falls: by cell (flat): which algotype, and whether it sorts into descending order.
        rng: the coins of the bubbles.

    Attributes:
        ideal: by cell (flat): the position of a selection cell's wishes.
        attempts: by row: activations of cells that wanted to move, the paper's "swaps and reads".
    """

    def __init__(self, world, kind, falls, rng):
        self.world, self.kind, self.rng = world, kind, rng
        self.sign = np.where(falls, -1, 1)
        first = np.repeat(world.positions, world.longest)
        last = np.repeat(world.positions + world.sizes - 1, world.longest)
        self.ideal = np.where(falls, last, first)
        self.attempts = np.zeros(len(world.sizes), dtype=np.int64)
        self.there = {int(one) for one in np.unique(kind)}
        self.signs = [int(one) for one in np.unique(self.sign[kind == INSERTION])]
        self.in_order = {sign: np.zeros(len(world.sizes), dtype=np.int64) for sign in self.signs}
        self._look(np.arange(len(world.sizes)))

    def wish(self, world, tick, who, at):
        """Return the signed distance that each acting cell asks for; see `cells.run`."""
        del tick
        kind, sign, active = self.kind[who], self.sign[who], world.active[who]
        wish = np.zeros(len(who), dtype=np.int64)
        if BUBBLE in self.there:
            side = 2 * self.rng.integers(2, size=len(who)) - 1
            wants = np.stack([self.disordered(at, sign, -1), self.disordered(at, sign, 1)])
            mine = (kind == BUBBLE) & active
            self.attempts += mine & wants.any(axis=0)
            wish += np.where(mine & np.where(side > 0, wants[1], wants[0]), side, 0)
        if INSERTION in self.there:
            mine = (kind == INSERTION) & active & self.may_insert(np.arange(len(who)), at, sign)
            self.attempts += mine
            wish -= mine
        if SELECTION in self.there:
            wish += self.select(world, who, at, (kind == SELECTION) & active)
        return wish

    def select(self, world, who, at, mine):
        """Return the wishes of selection cells, and set their ideals further."""
        ideal = self.ideal[who]
        occupant = world.value[ideal]
        seeking = mine & (at != ideal) & (occupant != WALL)
        self.attempts += seeking
        larger = seeking & (world.value[at] < occupant)
        frozen = ~world.active[world.cell[ideal]]
        self.ideal[who] += np.where(seeking & (frozen | ~larger), self.sign[who], 0)
        return np.where(larger & ~world.stuck[ideal], ideal - at, 0)

    def disordered(self, at, sign, side):
        """Tell whether these positions are in the wrong order with the next one on that side."""
        value = self.world.value
        other = value[at + side]
        return ((value[at] - other) * (side * sign) > 0) & (other != WALL)

    def may_insert(self, row, at, sign):
        """Tell whether all cells to the left of these are in order, and the next one is not, with them."""
        before = np.zeros(at.shape, dtype=np.int64)
        for one in self.signs:
            before = np.where(sign == one, self.in_order[one][row], before)
        return (at - self.world.positions[row] <= before) & self.disordered(at, sign, -1)

    def told(self, who, wish, done):
        """Look again at the rows that have changed."""
        del who, wish
        moved = np.flatnonzero(done)
        if self.signs and len(moved):
            self._look(moved)

    def _look(self, rows):
        """Keep how many cells at the left end of these rows are in order."""
        inner = slice(MARGIN, MARGIN + self.world.longest)
        values = self.world.value.reshape(-1, self.world.width)[rows, inner]
        acting = self.world.active[self.world.cell.reshape(-1, self.world.width)[rows, inner]]
        compared = acting[:, 1:] & acting[:, :-1]
        for sign in self.signs:
            wrong = compared & (sign * (values[:, 1:] - values[:, :-1]) < 0)
            self.in_order[sign][rows] = np.where(wrong.any(axis=1), wrong.argmax(axis=1) + 1, self.world.longest)

    def resting(self):
        """Return for each row whether no cell can ever act again: the end of the paper's runs."""
        world = self.world
        at = world.place.reshape(len(world.sizes), -1)
        kind, sign, active = (held.reshape(at.shape) for held in (self.kind, self.sign, world.active))
        row = np.arange(len(at))[:, None]
        left = self.disordered(at, sign, -1) & ~world.stuck[at - 1]
        right = self.disordered(at, sign, 1) & ~world.stuck[at + 1]
        ideal = self.ideal.reshape(at.shape)
        seeking = (kind == SELECTION) & (at != ideal) & (world.value[ideal] != WALL)
        may = (kind == INSERTION) & left & self.may_insert(row, at, sign) if self.signs else False
        return ~(active & (seeking | may | ((kind == BUBBLE) & (left | right)))).any(axis=1)
