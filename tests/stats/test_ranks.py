"""Means with intervals, and ranks."""

from math import inf

import pytest

from evo.records import Direction
from evo.stats.ranks import mean_interval, overall, standings
from evo.stats.run_figures import RunFigures


def run(problem, strategy, best, direction=Direction.MINIMIZE):
    return RunFigures(
        run="",
        problem=problem,
        instance="",
        direction=direction,
        unit="",
        strategy=strategy,
        kind="",
        seed=0,
        state="finished",
        best=best,
        evaluations=0,
        valid=0,
        seconds=0.0,
        cost_usd=0.0,
        scores=(),
        costs=(),
    )


def test_the_interval_is_student_s():
    assert mean_interval([3.0]) == (3.0, -inf, inf)
    mean, low, high = mean_interval([1.0, 2.0, 3.0])  # t = 4.303, s = 1: 4.303 / sqrt(3) = 2.4843
    assert (mean, round(low, 4), round(high, 4)) == (2.0, -0.4843, 4.4843)
    assert mean_interval([5.0] * 40) == (5.0, 5.0, 5.0)
    _, low, high = mean_interval([0.0, 1.0] * 16)  # 31 degrees of freedom: t = 2.0395
    assert (high - low) / 2 == pytest.approx(2.0395 * 0.50800 / 32**0.5, rel=2e-3)


def test_ranks_follow_the_direction_and_ties_share():
    up = Direction.MAXIMIZE
    runs = [run("a", "x", 1.0), run("a", "x", 3.0), run("a", "y", 4.0), run("a", "z", None)]
    runs += [run("b", name, best, up) for name, best in (("x", 5.0), ("y", 7.0), ("z", 7.0))]
    rows = standings(runs)
    assert [row["rank"] for row in rows] == [1, 2, 3, 3, 1.5, 1.5]
    assert [(row["best"], row["mean"], row["runs"], row["scored"]) for row in rows[:3]] == [
        (1.0, 2.0, 2, 2),
        (4.0, 4.0, 1, 1),
        (None, None, 1, 0),
    ]
    assert [(row["strategy"], row["problems"], row["rank"]) for row in overall(rows)] == [
        ("y", 2, 1.75),
        ("x", 2, 2),
        ("z", 2, 2.25),
    ]
    assert overall(rows[:1])[0]["low"] is None
