"""The rows that policies are tried on, and how well a row can be sorted at all past cells that cannot be moved."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from cells import schedule
from policies import COIN

from evo.judging import draw_seed

BUDGET = 3
"""Activations of one row, in n^2."""
REFUSALS = 0.1
"""Share of the requests that are refused by chance where there are such refusals."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Rows of one kind.

    Attributes:
        start: how the values lie: random, reversed, duplicates, rotated, organ.
        size: cells, n.
        faults: cells that never act.
        count: rows.
        scheduler: as `cells.schedule` reads it.
        movable: whether the others can move what never acts.
    """

    start: str
    size: int
    faults: int
    count: int
    scheduler: str = "uniform"
    movable: bool = False


def kinds(text):
    return tuple(
        Kind(start=start, size=int(size), faults=int(faults), count=int(count), scheduler=scheduler, movable=bool(more))
        for start, size, faults, count, scheduler, *more in (line.split() for line in text.strip().splitlines())
    )


SPLITS = {
    "train": (
        1900,
        kinds("""
        random 16 0 16 uniform
        random 24 0 8 uniform
        random 16 1 16 uniform
        random 24 2 8 uniform"""),
    ),
    "valid": (
        2800,
        kinds("""
        random 20 0 16 uniform
        reversed 20 0 8 uniform
        duplicates 20 0 8 uniform
        random 20 2 16 uniform"""),
    ),
    "test": (
        9200,
        kinds("""
        random 48 0 8 uniform
        rotated 40 0 8 uniform
        organ 40 0 8 rounds
        duplicates 40 0 8 burst:5
        random 32 3 16 uniform
        random 40 3 8 rounds"""),
    ),
    "open": (
        3000,
        kinds("""
        random 16 0 8 uniform
        random 24 0 8 uniform
        random 16 2 8 uniform
        random 24 3 8 uniform
        random 24 3 8 uniform movable"""),
    ),
    "open_test": (
        7000,
        kinds("""
        random 40 0 8 uniform
        organ 32 0 8 rounds
        random 32 3 8 uniform
        random 32 3 8 burst:5
        random 40 4 8 uniform movable"""),
    ),
}
"""By name: the first seed, and what is drawn with it and the seeds after it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row, with everything that happens to it but the policy.

    Attributes:
        values: from left to right.
        faults: the cells that never act.
        acting: (budget,) who acts at each tick.
        coins: (budget,) what the acting cell sees.
        refused: (budget,) whether a request is refused by chance.
    """

    kind: Kind
    values: tuple
    faults: frozenset
    acting: np.ndarray
    coins: np.ndarray
    refused: np.ndarray

    @property
    def stuck(self):
        return frozenset() if self.kind.movable else self.faults


@lru_cache(maxsize=8)
def rows(split, secret=""):
    """Return the rows of a split, those with the largest budget first: a function of its name, or of a run's secret."""
    seed, of = SPLITS[split]
    if secret:
        seed = draw_seed(f"cell sorting, {split}", {"secret": secret})
    drawn = []
    for kind in of:
        for _ in range(kind.count):
            drawn.append(draw(kind, np.random.default_rng(seed + len(drawn))))
    return tuple(sorted(drawn, key=lambda row: -len(row.acting)))


def draw(kind, rng):
    n, budget = kind.size, BUDGET * kind.size**2
    values = arranged(kind.start, n, rng)
    faults = frozenset(rng.choice(n, size=kind.faults, replace=False).tolist())
    acting = schedule(kind.scheduler, rng, n, budget)
    coins = rng.integers(COIN, size=budget)
    refused = rng.random(budget) < REFUSALS
    return Row(kind=kind, values=values, faults=faults, acting=acting, coins=coins, refused=refused)


def arranged(start, n, rng):
    match start:
        case "random":
            values = rng.permutation(n)
        case "reversed":
            values = np.arange(n)[::-1]
        case "duplicates":
            values = rng.permutation(n) // 2
        case "rotated":
            values = np.roll(np.arange(n), n // 3)
        case "organ":
            values = np.concatenate([np.arange(0, n, 2), np.arange(1, n, 2)[::-1]])
        case _:
            raise ValueError(f"unknown start {start!r}")
    return tuple(values.tolist())


def inversions(values):
    """Return how many pairs stand in the wrong order."""
    row = np.asarray(values)
    return int(np.triu(row[:, None] > row[None, :], 1).sum())


def quality(wrong, counted):
    """Return 1 for no pair in the wrong order, 0 for as many as in a random row or more.

    Args:
        wrong: pairs in the wrong order among `counted` cells.
    """
    # A row of one has no pairs at all.
    return 1 - np.minimum(1, wrong / np.maximum(0.5, counted * (counted - 1) / 4))


def ceiling(values, stuck, reach):
    """Return the best quality that the cells that can be moved can reach among themselves, exactly.

    Nobody passes `reach` stuck cells in a row. Between two such walls every arrangement can be reached, and none sets a
    pair right that a wall separates; so the best is each segment in order.
    """
    segments, gap = [[]], 0
    for place, value in enumerate(values):
        gap = gap + 1 if place in stuck else 0
        if gap == reach:
            segments.append([])
        if place not in stuck:
            segments[-1].append(value)
    ordered = [value for segment in segments for value in sorted(segment)]
    return float(quality(inversions(ordered), len(ordered)))
