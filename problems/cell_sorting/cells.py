"""Rows of cells that swap places one at a time: what this pack's judge and benchmarks/morphogenesis.py simulate on.

Many rows are simulated side by side. A tick activates one cell of every row: a *rule* says how far each of them wants
to go, the world carries out what faults permit, and a *watch* keeps whatever is to be known afterwards. Because every
action is atomic, any parallel run equals some list of activations, so a scheduler is such a list.

Cells and positions are addressed by flat indices over all rows. Positions have a margin on both sides whose value is
`WALL`, so that looking and asking beyond an end need no special case.
"""

import numpy as np

MARGIN = 2
WALL = 1000
"""Value of the margins; cells have values from 0 to 499."""
OUTSIDE, SMALLER, EQUAL, LARGER = range(4)
"""What a comparison says of my value beside another one."""
COMPARED = np.zeros(2 * WALL, dtype=np.int64)
COMPARED[-499:] = SMALLER
COMPARED[0] = EQUAL
COMPARED[1:500] = LARGER


class World:
    """The rows as they stand.

    Args:
        values: one list of values a row, from left to right; cell i of a row starts at position i.
        passive: for each row the cells that never act.
        stuck: for each row those of them that cannot be moved either.

    Attributes:
        value, cell: by position (flat): the value that stands there, and whose it is.
        place, active: by cell (flat): where it stands, whether it acts.
        stuck: by position (flat): nobody can go there. What is stuck never moves, so this never changes.
        sizes, cells, positions: by row: how many cells, the first of them, the first position.
    """

    def __init__(self, values, passive=None, stuck=None):
        rows, longest = len(values), max(map(len, values))
        self.sizes = np.array([len(row) for row in values])
        self.width, self.longest = longest + 2 * MARGIN, longest
        self.cells = np.arange(rows) * longest
        self.positions = np.arange(rows) * self.width + MARGIN
        self.value = np.full(rows * self.width, WALL)
        self.cell = np.full(rows * self.width, -1)
        self.stuck = np.ones(rows * self.width, dtype=bool)
        self.place = np.full(rows * longest, -1)
        self.active = np.ones(rows * longest, dtype=bool)
        for row, own in enumerate(values):
            at, who = self.positions[row] + np.arange(len(own)), self.cells[row] + np.arange(len(own))
            self.value[at], self.cell[at], self.stuck[at], self.place[who] = own, who, False, at
            unmoved = np.array(sorted(stuck[row]) if stuck else [], dtype=np.int64)
            unacting = np.array(sorted(passive[row]) if passive else [], dtype=np.int64)
            self.stuck[at[unmoved]] = True
            self.active[who[unmoved]] = self.active[who[unacting]] = False

    def row(self, index):
        """Return the values of one row, from left to right."""
        start = self.positions[index]
        return self.value[start : start + self.sizes[index]].tolist()

    def swap(self, here, there):
        """Let the cells at these positions change places."""
        for held in (self.value, self.cell):
            held[here], held[there] = held[there], held[here]
        self.place[self.cell[here]] = here
        self.place[self.cell[there]] = there


def run(world, rule, ticks, *, watch=None, live=None, refused=None):
    """Carry out activations.

    Args:
        world: changed in place.
        rule: `wish(world, tick, who, at)` returns how far each acting cell wants to go, 0 for not at all;
            `told(who, wish, done)` hears what came of it.
        ticks: who acts at each tick: (ticks, rows), cells counted from 0 in each row.
        watch: called after every tick with its number, where the acting cells stood, their wishes, and what was done.
        live: by tick, how many of the rows are alive; those after them rest. All are where it is left out.
        refused: (ticks, rows), where even a swap that could be done is not.
    """
    for number in range(len(ticks)):
        rows = len(world.sizes) if live is None else live[number]
        who = ticks[number, :rows] + world.cells[:rows]
        at = world.place[who]
        wish = rule.wish(world, number, who, at) * world.active[who]
        done = ~world.stuck[at + wish] & (wish != 0)
        if refused is not None:
            done &= ~refused[number, :rows]
        moving = np.flatnonzero(done)
        if len(moving):
            here = at[moving]
            world.swap(here, here + wish[moving])
        rule.told(who, wish, done)
        if watch is not None:
            watch(number, at, wish, done)


def uniform(rng, size, ticks, rows=1):
    """Return who acts when: every time any of `size` cells. (ticks, rows)."""
    return rng.integers(size, size=(ticks, rows))


def rounds(rng, size, ticks, rows=1):
    """Return who acts when: all cells once, in a drawn order, then all again in another one. (ticks, rows)."""
    turns = -(-ticks // size)
    order = np.broadcast_to(np.arange(size), (turns, rows, size))
    return rng.permuted(order, axis=2).transpose(0, 2, 1).reshape(turns * size, rows)[:ticks]


def burst(rng, size, ticks, rows=1, *, length, last=None):
    """Return who acts when: a drawn cell goes on for a geometric number of ticks of this mean. (ticks, rows).

    Args:
        length: mean number of ticks that a cell goes on, at least 1.
        last: who acted before the first tick; the geometric law has no memory, so it goes on like any other.
    """
    fresh = rng.integers(size, size=(ticks, rows))
    starts = rng.random((ticks, rows)) * length < 1
    if last is None:
        starts[0] = True
    else:
        fresh[0] = np.where(starts[0], fresh[0], last)
        starts[0] = True
    since = np.maximum.accumulate(np.where(starts, np.arange(ticks)[:, None], 0), axis=0)
    return np.take_along_axis(fresh, since, axis=0)


def schedule(name, rng, size, ticks):
    """Return who acts when in one row, as "uniform", "rounds" or "burst:5" says. (ticks,)."""
    kind, _, length = name.partition(":")
    if kind == "burst":
        return burst(rng, size, ticks, length=float(length))[:, 0]
    return {"uniform": uniform, "rounds": rounds}[kind](rng, size, ticks)[:, 0]
