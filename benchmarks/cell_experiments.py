"""Experiments with the paper's cells on the simulator of problems/cell_sorting, and textbook sorts beside them.

T. Zhang, A. Goldstein, M. Levin 2024, Classical Sorting Algorithms as a Model of Morphogenesis, arXiv:2401.05375.
"""

import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "problems" / "cell_sorting"))

from algotypes import BUBBLE, INSERTION, SELECTION, Algotypes
from cells import MARGIN, World, burst, rounds, run, uniform

CHUNK = 20
"""Ticks between looks at whether the rows have come to rest, in n."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One experiment.

    Attributes:
        kinds: the algotypes, in equal shares, mixed at random; one of them twice for labels that mean nothing.
        falls: those that sort into descending order.
        size, repeats: cells of a row, rows.
        faults: cells that never act, drawn anew for each row.
        movable: whether others can move them.
        copies: how often each value occurs.
        scheduler: uniform, rounds, or burst:L.
        cap: most ticks.
        seed: of everything.
    """

    kinds: tuple = (BUBBLE,)
    falls: tuple = ()
    size: int = 100
    repeats: int = 100
    faults: int = 0
    movable: bool = False
    copies: int = 1
    scheduler: str = "burst:5"
    cap: int = 400_000
    seed: int = 0


@dataclass(kw_only=True)
class Runs:
    """What came of a setting: one entry a row.

    Attributes:
        attempts: activations of cells that wanted to move.
        first, last: the values at both ends of the run.
        sortedness: after every swap, in cells: n is sorted. The first entry is the start.
        together: cells whose left neighbour has the same label, likewise.
        ticks: that were simulated.
        maps: values, labels and faults of row 0 at each of its swaps.
    """

    attempts: list
    first: list
    last: list
    sortedness: list
    together: list
    ticks: int
    maps: list = field(default_factory=list)

    @property
    def swaps(self):
        return [len(trace) - 1 for trace in self.sortedness]


def started(setting, rng):
    """Return values, labels and faults of every row."""
    n, count = setting.size, setting.repeats
    values = [(rng.permutation(n) // setting.copies).tolist() for _ in range(count)]
    labels = np.stack([rng.permutation(np.arange(n) % len(setting.kinds)) for _ in range(count)])
    faults = [set(rng.choice(n, size=setting.faults, replace=False).tolist()) for _ in range(count)]
    return values, labels, faults


def cell_view(setting, *, keep_map=False):
    """Simulate a setting until every row rests, or `cap` is reached."""
    rng = np.random.default_rng(setting.seed)
    values, labels, faults = started(setting, rng)
    world = World(values, passive=faults, stuck=None if setting.movable else faults)
    kind = np.array(setting.kinds)[labels.reshape(-1)]
    rule = Algotypes(world, kind, np.isin(kind, setting.falls), rng)
    runs = Runs(attempts=[], first=values, last=[], sortedness=[], together=[], ticks=0)
    rows, label = np.arange(setting.repeats), labels.reshape(-1)

    def look(which):
        inner = slice(MARGIN, MARGIN + setting.size)
        now = world.value.reshape(-1, world.width)[which, inner]
        mine = label[world.cell.reshape(-1, world.width)[which, inner]]
        ordered = (now[:, 1:] >= now[:, :-1]).sum(axis=1) + 1
        return ordered.tolist(), (mine[:, 1:] == mine[:, :-1]).sum(axis=1).tolist(), now, mine

    def watch(_number, _at, _wish, done):
        moved = np.flatnonzero(done)
        if not len(moved):
            return
        ordered, together, now, mine = look(moved)
        for row, one, two in zip(moved.tolist(), ordered, together, strict=True):
            runs.sortedness[row].append(one)
            runs.together[row].append(two)
        if keep_map and moved[0] == 0:
            runs.maps.append((now[0].copy(), mine[0].copy()))

    ordered, together, now, mine = look(rows)
    runs.sortedness, runs.together = [[one] for one in ordered], [[one] for one in together]
    if keep_map:
        runs.maps.append((now[0].copy(), mine[0].copy()))
    last = None
    while runs.ticks < setting.cap and not rule.resting().all():
        acting = scheduled(setting, rng, last)
        run(world, rule, acting, watch=watch)
        runs.ticks, last = runs.ticks + len(acting), acting[-1]
    runs.attempts, runs.last = rule.attempts.tolist(), [world.row(row) for row in rows]
    return runs


def scheduled(setting, rng, last):
    kind, _, length = setting.scheduler.partition(":")
    n, ticks, rows = setting.size, CHUNK * setting.size, setting.repeats
    if kind == "burst":
        return burst(rng, n, ticks, rows, length=float(length), last=last)
    return {"uniform": uniform, "rounds": rounds}[kind](rng, n, ticks, rows)


def traditional(setting):
    """Sort the rows of a setting by the textbook: one hand for all cells, past cells that cannot be moved."""
    values, _, faults = started(setting, np.random.default_rng(setting.seed))
    runs = Runs(attempts=[], first=[list(row) for row in values], last=values, sortedness=[], together=[], ticks=0)
    for row, stuck in zip(values, faults, strict=True):
        line = Line(row, stuck)
        {BUBBLE: by_bubbles, INSERTION: by_insertion, SELECTION: by_selection}[setting.kinds[0]](line)
        runs.sortedness.append(line.trace)
        runs.attempts.append(len(line.trace) - 1 + line.reads)
    return runs


class Line:
    """A row in the hand of a textbook algorithm, which counts what it does."""

    def __init__(self, values, stuck):
        self.values, self.stuck, self.reads = values, stuck, 0
        self.trace = [1 + sum(left <= right for left, right in pairwise(values))]

    def __len__(self):
        return len(self.values)

    def descends(self, left, right):
        self.reads += 1
        return self.values[left] > self.values[right]

    def swap(self, one, two):
        """Change places if both can be moved; tell whether that was so."""
        if one == two or one in self.stuck or two in self.stuck:
            return False
        places = {place for at in (one, two) for place in (at, at + 1) if 0 < place < len(self)}
        before = sum(self.values[place - 1] <= self.values[place] for place in places)
        self.values[one], self.values[two] = self.values[two], self.values[one]
        after = sum(self.values[place - 1] <= self.values[place] for place in places)
        self.trace.append(self.trace[-1] + after - before)
        return True


def by_bubbles(line):
    for end in range(len(line) - 1, 0, -1):
        for place in range(end):
            if line.descends(place, place + 1):
                line.swap(place, place + 1)


def by_insertion(line):
    for start in range(1, len(line)):
        place = start
        while place and line.descends(place - 1, place) and line.swap(place - 1, place):
            place -= 1


def by_selection(line):
    for start in range(len(line)):
        least = start
        for place in range(start + 1, len(line)):
            if line.descends(least, place):
                least = place
        line.swap(start, least)
