"""training_rule: gradients against differences, a training by hand, what each rung takes, no idea is the answer."""

import functools
import math
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.problems.inside import Inside, judge_modules, moves

ROOT = Path(__file__).parents[2]
PACK = ROOT / "problems" / "training_rule"
BASELINES = ROOT / "benchmarks" / "packs_baselines" / "training_rule"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = {case["name"]: case for case in yaml.safe_load((PACK / "cases.yaml").read_text())}
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
SMALL = {"steps": 100, "families": ["plain"], "draws": 1, "draw": 1}
TEXTBOOK, BEST_SEEN = 172.3, 106.1
"""Gradients with Adam at a rate of 0.01, and with the best that was seen."""


WORKLOADS, REFERENCE, JUDGE = judge_modules(PACK, "workloads", "reference", "evaluate")


@functools.cache
def calls(text):
    return JUDGE.evaluate(Inside(text), SPEC["params"])["objective"]


@pytest.mark.parametrize("family", sorted(WORKLOADS.FAMILIES))
def test_gradients_are_those_of_differences_and_draws_come_again(family):
    one, again, secret = (
        WORKLOADS.workload(family, 3, {"steps": 5, **more}) for more in ({}, {}, {"secret": "ab" * 16})
    )
    assert (one.start == again.start).all()
    assert one.start.shape != secret.start.shape or (one.start != secret.start).any()
    assert sum(math.prod(shape) for shape in one.shapes) == len(one.start)
    assert one.order.min() >= WORKLOADS.VALIDATED
    # The loss of all that is validated, as if that were the batch.
    one.order = np.arange(WORKLOADS.VALIDATED)[None]
    gradient, rng = one.gradient(one.start, 0), np.random.default_rng(1)
    for _ in range(3):
        way = rng.normal(size=len(one.start))
        slope = (one.loss(one.start + 1e-5 * way) - one.loss(one.start - 1e-5 * way)) / 2e-5
        assert way @ gradient == pytest.approx(slope, rel=1e-4, abs=1e-7)


def test_plain_descent_by_hand():
    case = CASES["plain descent"]
    work = WORKLOADS.workload("plain", 1, case["params"])
    target = REFERENCE.least_loss(work, 60) + 0.05
    now, losses = work.start, []
    for t in range(60):
        now = now - 0.5 * work.gradient(now, t)
        losses += [work.loss(now)] if t % 10 == 9 else []
    reached = next((10 * (place + 1) for place, loss in enumerate(losses) if loss <= target), None)
    off = (min(losses) - target) / (work.loss(work.start) - target)
    assert case["objective"] == pytest.approx(reached or 60 * (1 + off), abs=1e-6)


def test_all_classes_alike_by_hand():
    case = CASES["what is looked at counts"]
    work, target = JUDGE.drawn("plain", 1, 60, "")
    best = min(math.log(4), work.loss(work.start))
    assert case["objective"] == pytest.approx(60 * (1 + (best - target) / (work.loss(work.start) - target)))


def test_a_target_is_within_reach_of_a_tuned_rule():
    work, target = JUDGE.drawn("scaled", 1, 100, "")
    curves = [min(REFERENCE.followed(work, 100, rate)) for rate in REFERENCE.RATES]
    assert min(curves) + JUDGE.ABOVE == target < work.loss(work.start)


def test_seeds_are_judged_alike_twice_and_in_time():
    for name, text in SEEDS.items():
        JUDGE.evaluate(Inside(text), SMALL)  # The targets are found once a process.
        began = time.process_time()
        found = JUDGE.evaluate(Inside(text), SMALL)
        assert time.process_time() - began < 1, name
        assert found == JUDGE.evaluate(Inside(text), SMALL)


@pytest.mark.soak
def test_figures_of_the_rungs():
    rungs = [calls(SEEDS[name]) for name in ("descent", "momentum", "adam")]
    assert rungs == pytest.approx([469.5, 263.7, 456.1], rel=0.05)
    assert calls((BASELINES / "adam_tuned.py").read_text()) == pytest.approx(TEXTBOOK, rel=0.05)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert calls(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
