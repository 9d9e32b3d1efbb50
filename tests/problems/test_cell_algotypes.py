"""The paper's cells: against an oracle, by their laws, and one row of the reproduction for each feature."""

import random
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from cell_oracle import Oracle, sort_cells
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
for folder in (ROOT / "problems" / "cell_sorting", ROOT / "benchmarks"):
    sys.path.insert(0, str(folder))
import algotypes  # noqa: E402 - modules beside scripts, imported as these scripts do
import cells  # noqa: E402
import measures  # noqa: E402
import morphogenesis_plan as plan  # noqa: E402
from cell_experiments import Line, Setting, by_bubbles, by_insertion, by_selection, cell_view, traditional  # noqa: E402

for folder in (ROOT / "problems" / "cell_sorting", ROOT / "benchmarks"):
    sys.path.remove(str(folder))

B, N, S = range(3)
SCHEDULERS = ("uniform", "rounds", "burst:5")


class Sides:
    """Coins that are known beforehand, one a tick and row."""

    def __init__(self, sides):
        self.sides = iter(sides)

    def integers(self, high, size):
        assert high == 2
        return (next(self.sides)[:size] + 1) // 2


@pytest.mark.parametrize("case", range(30))
def test_cells_do_as_the_oracle_does(case):
    """Mixed rows, both directions, faults of both kinds, equal values, on random lists of activations."""
    rng = random.Random(case)
    n, ticks, count = rng.randint(2, 10), 400, 3
    rows = [[rng.randrange(n) for _ in range(n)] for _ in range(count)]
    faults = [{cell for cell in range(n) if rng.random() < 0.2} for _ in range(count)]
    movable = rng.random() < 0.5
    kinds = rng.choices(range(3), k=n * count) if case % 5 else [case // 5 % 3] * (n * count)
    falls = [rng.random() < 0.4 for _ in range(n * count)]
    acting = np.array([[rng.randrange(n) for _ in range(count)] for _ in range(ticks)])
    sides = np.array([[rng.choice((-1, 1)) for _ in range(count)] for _ in range(ticks)])
    world = cells.World(rows, passive=faults, stuck=None if movable else faults)
    rule = algotypes.Algotypes(world, np.array(kinds), np.array(falls), Sides(sides))
    swaps = np.zeros(count, dtype=int)

    def watch(number, at, wish, done):
        swaps[:] += done

    cells.run(world, rule, acting, watch=watch)
    for row in range(count):
        oracle = Oracle(rows[row], passive=faults[row], stuck=set() if movable else faults[row])
        mine = slice(row * n, row * n + n)
        named = [algotypes.NAMES[kind] for kind in kinds[mine]]
        attempts, done = sort_cells(oracle, named, falls[mine], acting[:, row].tolist(), sides[:, row].tolist())
        assert world.row(row) == oracle.seen()
        assert (rule.attempts[row], swaps[row]) == (attempts, done)


def inversions(values):
    return sum(values[i] > values[j] for i in range(len(values)) for j in range(i + 1, len(values)))


@given(st.sampled_from([B, N, S]), st.sampled_from(SCHEDULERS), st.integers(2, 14), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_laws_of_whole_rows(kind, scheduler, n, seed):
    """Bubble and insertion swap once an inversion; selection fails n (n - 1) / 2 times; all end sorted."""
    runs = cell_view(Setting(kinds=(kind,), size=n, repeats=4, scheduler=scheduler, seed=seed))
    assert all(values == sorted(values) for values in runs.last)
    for values, swaps, attempts in zip(runs.first, runs.swaps, runs.attempts, strict=True):
        if kind == S:
            assert attempts - swaps == n * (n - 1) // 2
        else:
            assert swaps == inversions(values)
        assert kind != N or attempts == swaps
        assert kind != B or attempts >= swaps


@given(st.sampled_from([B, N]), st.sampled_from(SCHEDULERS), st.integers(0, 4), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_immovable_cells_part_the_row_for_bubbles_and_insertion(kind, scheduler, faults, seed):
    setting = Setting(kinds=(kind,), size=12, repeats=4, faults=faults, scheduler=scheduler, seed=seed)
    by_hand = traditional(setting)
    assert cell_view(setting).last == by_hand.last
    for values, first in zip(by_hand.last, by_hand.first, strict=True):
        assert sorted(values) == sorted(first)


@given(st.sampled_from(SCHEDULERS), st.integers(2, 14), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_one_movable_cell_does_not_keep_bubbles_from_sorting(scheduler, n, seed):
    setting = Setting(kinds=(B,), size=n, repeats=4, faults=1, movable=True, scheduler=scheduler, seed=seed)
    assert all(values == sorted(values) for values in cell_view(setting).last)


def test_insertion_cells_swap_as_insertion_sort_does():
    setting = Setting(kinds=(N,), size=24, repeats=6)
    assert cell_view(setting).sortedness == traditional(setting).sortedness


def test_all_falling_rows_mirror_rising_ones():
    for kind in (B, N):
        runs = cell_view(Setting(kinds=(kind,), falls=(kind,), size=16, repeats=4))
        # Insertion moves to the left alone, so it sorts downwards from the left as well.
        assert all(values == sorted(values, reverse=True) for values in runs.last)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=20), st.sets(st.integers(0, 19), max_size=3))
@settings(max_examples=40, deadline=None)
def test_the_textbook_sorts_and_its_trace_is_the_sortedness(values, stuck):
    for algorithm in (by_bubbles, by_insertion, by_selection):
        for broken in (set(), {at for at in stuck if at < len(values)}):
            line = Line(list(values), broken)
            algorithm(line)
            assert line.trace[-1] == round(measures.sortedness(line.values) * len(values))
            assert len(values) - line.trace[-1] == measures.monotonicity_error(line.values)
            assert broken or line.values == sorted(values)
            assert all(line.values[at] == values[at] for at in broken)


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ([1, 2, 3], 0.0),
        ([3, 2, 1], 0.0),
        ([5, 4, 6], 1.0),
        ([5, 4, 4, 3, 3, 4, 7], 1.0),
        ([1, 5, 4, 6, 3, 4], (1.0 + (1 - 3) / 3) / 2),
        ([5, 4, 6, 2], 1.0),
        ([], 0.0),
    ],
)
def test_delayed_gratification_by_hand(trace, expected):
    assert measures.delayed_gratification(trace) == pytest.approx(expected)


def test_other_measures_by_hand():
    assert measures.sortedness([1, 2, 2, 0]) == 0.75
    assert measures.sortedness([3, 2, 2], direction=-1) == 1.0
    assert measures.monotonicity_error([3, 1, 2, 0]) == 2
    assert measures.aggregation(["a", "a", "b", "b"]) == 0.5
    runs = cell_view(Setting(kinds=(B, S), size=12, repeats=1), keep_map=True)
    assert [round(measures.sortedness(values) * 12) for values, _ in runs.maps] == runs.sortedness[0]
    assert [round(measures.aggregation(labels) * 12) for _, labels in runs.maps] == runs.together[0]


ROWS = {(row.feature, row.name): row for row in plan.rows()}
# Rows with one setting share its run.
FAST = [
    ("steps", "swaps, S", 40),
    ("steps", "swaps, S textbook", 100),
    ("delayed gratification", "S cells, 0 immovable", 40),
    ("delayed gratification", "B textbook, 0 immovable", 40),
    ("error, immovable", "B, 1 broken", 100),
    ("error, movable", "B, 1 broken", 15),
    ("mixtures", "swaps, B+S", 30),
    ("aggregation", "peak, B+S", 30),
    ("duplicates", "aggregation at the end, B+S", 30),
    ("opposite directions", "sortedness in %, I rises, S falls", 20),
]
LONG = {
    ("steps", "swaps, S"),
    ("error, immovable", "B, 1 broken"),
    ("error, movable", "B, 1 broken"),
    ("mixtures", "swaps, B+S"),
}


@cache
def summed(by, setting):
    return plan.summary((cell_view if by == plan.CELLS else traditional)(setting))


def reproduced(row, repeats=None):
    def of(by, setting):
        changed = {**setting.__dict__, "repeats": repeats or setting.repeats}
        return summed(by, Setting(**changed))[row.key]

    return of(row.by, row.setting) / (of(*row.over) if row.over else 1)


@pytest.mark.parametrize(
    ("feature", "name", "repeats"),
    [pytest.param(*row, marks=pytest.mark.soak) if row[:2] in LONG else row for row in FAST],
)
def test_one_row_of_the_reproduction_for_each_feature(feature, name, repeats):
    row = ROWS[feature, name]
    assert reproduced(row, repeats) == pytest.approx(row.paper, abs=row.near)


def test_every_feature_that_reproduces_has_a_row_in_this_suite():
    assert {feature for (feature, _), row in ROWS.items() if row.near is not None} == {feature for feature, *_ in FAST}
    assert len(ROWS) == len(plan.rows())
    assert all(row.note for row in ROWS.values() if row.near is None)


@pytest.mark.soak
@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.near is not None], ids=lambda row: row.name)
def test_every_row_that_reproduces(row):
    assert reproduced(row) == pytest.approx(row.paper, abs=row.near)
