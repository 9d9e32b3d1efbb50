"""rank_consensus: pairs counted one by one, tables drawn anew, what each rung is worth, no gifts."""

import functools
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "rank_consensus"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "rank_consensus"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"families": ["usual"], "draws": 60, "draw": 1}
TEXTBOOK, BEST_SEEN = 0.1688, 0.1074
"""Borda's count and one factor, on these tables."""


TABLES, JUDGE = judge_modules(PACK, "tables", "evaluate")


@functools.cache
def judged(text, draws=60):
    return JUDGE.evaluate(Inside(text), {**PARAMS, "draws": draws})


def wrong(order, strength):
    """Pairs in the wrong order, one by one."""
    pairs = list(itertools.combinations(order, 2))
    return sum(strength[first] < strength[second] for first, second in pairs) / len(pairs)


@pytest.mark.parametrize("family", ["usual", "wide", "tracks", "plain"])
def test_tables_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again = (TABLES.table(family, 3, {}) for _ in range(2))
    for mine, other in zip(one, again, strict=True):
        assert np.array_equal(mine, other, equal_nan=True)
    assert (one.strength != TABLES.table(family, 3, {"secret": "ab" * 16}).strength).any()
    assert (one.strength != TABLES.table(family, 4, {}).strength).any()
    assert (np.isfinite(one.results).sum(axis=0) >= 2).all()
    assert (np.isfinite(one.results).sum(axis=1) >= 2).all()
    assert (np.isnan(one.results) == np.isnan(one.latent)).all()


def test_scales_keep_the_order_of_a_task():
    for draw in range(5):
        table = TABLES.table("usual", draw, {})
        for results, latent in zip(table.results.T, table.latent.T, strict=True):
            order = np.argsort(np.where(np.isnan(latent), np.inf, latent), kind="stable")
            there = results[order][np.isfinite(latent[order])]
            assert (np.diff(there) >= 0).all()


def test_a_quarter_is_missing_and_of_the_weak_more():
    tables = [TABLES.table("usual", draw, {}) for draw in range(40)]
    gone = np.concatenate([np.isnan(table.results).mean(axis=1) for table in tables])
    strength = np.concatenate([table.strength for table in tables])
    assert gone.mean() == pytest.approx(0.26, abs=0.02)
    assert gone[strength < 0].mean() > 1.5 * gone[strength > 0].mean()


def test_pairs_are_counted_as_one_by_one():
    rng = np.random.default_rng(1)
    table = TABLES.table("usual", 1, {})
    for _ in range(20):
        order = rng.permutation(24).tolist()
        place = JUDGE.read(order, table, "usual")
        assert [order[each] for each in place] != order or order == list(range(24))
        found = JUDGE.visit(table, place)
        assert float(found["wrong"]) == pytest.approx(wrong(order, table.strength), abs=1e-15)
        task = table.results[:, 0]
        said = [
            (task[a] > task[b])
            for a, b in itertools.combinations(order, 2)
            if task[a] != task[b] and not math.isnan(task[a] + task[b])
        ]
        assert JUDGE.agreement(task, place) == pytest.approx(sum(said) / len(said))


def test_figures_of_the_cases():
    tables = [TABLES.table("usual", draw, {}) for draw in range(1, 61)]
    shares = [wrong(list(range(24)), table.strength) for table in tables]
    assert sum(shares) / 60 == pytest.approx(0.5136473429951691, abs=1e-12)
    one, two = (TABLES.table("plain", draw, {}) for draw in (1, 2))
    right = sorted(range(6), key=lambda system: -one.strength[system])
    assert wrong(right, one.strength) == 0
    assert wrong(right, two.strength) / 2 == pytest.approx(0.16666666666666666, abs=1e-12)


def test_other_scales_keep_each_task_and_what_is_missing():
    table = TABLES.table("usual", 1, {})
    again = JUDGE.mapped(table, 0, {})
    assert (np.isnan(again.results) == np.isnan(table.results)).all()
    for one, other in zip(table.results.T, again.results.T, strict=True):
        there = np.isfinite(one)
        assert (
            np.sign(np.subtract.outer(one[there], one[there])) == np.sign(np.subtract.outer(other[there], other[there]))
        ).all()
    assert judged(SEEDS["borda"], 8)["measures"]["moved"] == 0
    assert judged(SEEDS["means"], 8)["measures"]["moved"] > 0.1


def test_seeds_and_one_factor_stand_on_their_rungs_below_who_knows_more():
    found = {name: judged(text)["objective"] for name, text in SEEDS.items()}
    assert found["means"] == pytest.approx(0.3084, abs=0.002)
    assert found["borda"] == pytest.approx(TEXTBOOK, abs=0.002)
    assert found["kemeny"] == pytest.approx(0.1492, abs=0.002)
    best = judged((BASELINES / "one_factor.py").read_text())
    assert best["objective"] == pytest.approx(BEST_SEEN, abs=0.002)
    assert best["metrics"]["informed"] == pytest.approx(0.0821, abs=0.001)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert judged(changed)["objective"] > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)


def test_kemenys_order_is_the_best_of_all_on_six_systems():
    program = Inside(SEEDS["kemeny"])
    rng = np.random.default_rng(5)
    for _ in range(3):
        rows = [[None if rng.random() < 0.2 else float(rng.integers(5)) for _ in range(5)] for _ in range(6)]
        columns = [program.call("values", list(column)) for column in zip(*rows, strict=True)]
        weights = [1.0] * 5

        def agreed(order, columns=columns, weights=weights):
            pairs = itertools.combinations(order, 2)
            return sum(program.call("margin", columns, weights, one, other) for one, other in pairs)

        best = max(agreed(order) for order in itertools.permutations(range(6)))
        assert agreed(program.call("aggregate", rows)) >= best - 1
