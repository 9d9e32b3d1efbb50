"""weight_matching: sums of products one by one, networks drawn anew, what each rung is worth, no gifts."""

import functools
import itertools
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "weight_matching"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "weight_matching"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"families": ["shaken"], "noises": [1.75, 2.0, 2.25], "draws": 3, "draw": 1}
TEXTBOOK, BEST_SEEN = 0.7116, 0.9443
"""Descent by layers, and descent from both ends with sixty kicks, on these pairs."""


NETWORKS, JUDGE = judge_modules(PACK, "networks", "evaluate")


@functools.cache
def judged(text, draws=3):
    return JUDGE.evaluate(Inside(text), {**PARAMS, "draws": draws})


def agreement(pair, order):
    """The sum of all products, weight by weight."""
    total = 0
    for layer, (one, other) in enumerate(zip(pair.first, pair.second, strict=True)):
        for out, into in itertools.product(*map(range, one.shape)):
            there = int(order[layer][out]) if layer < len(order) else out
            place = int(order[layer - 1][into]) if layer else into
            total += int(one[out, into]) * int(other[there, place])
    return total


def exchanged(pair, order):
    """The share of the planted agreement, weight by weight."""
    nothing = agreement(pair, [range(len(units)) for units in order])
    return Fraction(agreement(pair, order) - nothing, agreement(pair, pair.planted) - nothing)


def by_the_inputs(pair):
    """The order that the incoming weights give."""
    names = {}
    exec((PACK / "cases" / "by_the_inputs.py").read_text(), names)
    return names["align"](*JUDGE.as_doubles(pair))


@pytest.mark.parametrize("family", ["shaken", "deep", "small"])
def test_networks_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again = (NETWORKS.pair(family, 2.0, 3, {}) for _ in range(2))
    for mine, other in zip(one, again, strict=True):
        assert all((a == b).all() for a, b in zip(mine, other, strict=True))
    assert (one.first[0] != NETWORKS.pair(family, 2.0, 3, {"secret": "ab" * 16}).first[0]).any()
    assert (one.first[0] != NETWORKS.pair(family, 2.0, 4, {}).first[0]).any()
    clean = NETWORKS.pair(family, 0, 3, {})
    moved = NETWORKS.moved(clean.second, clean.planted)
    assert all((a == b).all() for a, b in zip(clean.first, moved, strict=True))


def test_agreement_is_that_of_single_weights_and_shares_are_exact():
    rng = np.random.default_rng(2)
    for draw in range(3):
        pair = NETWORKS.pair("small", 1.0, draw, {})
        order = [rng.permutation(len(units)) for units in pair.planted]
        assert NETWORKS.value(pair, order) == sum(JUDGE.agreements(pair, order)) == agreement(pair, order)
        found = JUDGE.visit([units.tolist() for units in order], "small", pair)
        assert found["share"] == exchanged(pair, order)


def test_gains_are_what_an_assignment_changes_and_settled_says_so():
    pair = NETWORKS.pair("small", 1.0, 1, {})
    order = [np.arange(len(units)) for units in pair.planted]
    for layer, units in enumerate(order):
        gain = NETWORKS.gains(pair, order, layer)
        better = False
        for one, other in itertools.combinations(range(len(units)), 2):
            swapped = [each.copy() for each in order]
            swapped[layer][[one, other]] = swapped[layer][[other, one]]
            more = gain[one, units[other]] + gain[other, units[one]] - gain[one, units[one]] - gain[other, units[other]]
            assert NETWORKS.value(pair, swapped) - NETWORKS.value(pair, order) == more
            better |= bool(more > 0)
        assert JUDGE.settled(pair, order, layer) != better
    best = NETWORKS.climbed(pair, order)
    assert all(JUDGE.settled(pair, best, layer) for layer in range(len(best)))


def test_figures_of_the_cases():
    pair = NETWORKS.pair("small", 0, 1, {})
    right = by_the_inputs(pair)
    assert exchanged(pair, right) == 1
    last = [units.copy() for units in right]
    last[-1][[0, 1]] = last[-1][[1, 0]]
    assert float(exchanged(pair, last)) == pytest.approx(0.7873249521833211, abs=1e-12)
    assert float(exchanged(pair, [units.argsort() for units in right])) == pytest.approx(0.3717887252489178, abs=1e-12)


def test_what_was_planted_agrees_most_where_there_is_little_noise():
    pair = NETWORKS.pair("shaken", 1.0, 1, {})
    assert NETWORKS.value(pair, NETWORKS.climbed(pair, [np.arange(len(units)) for units in pair.planted])) == (
        NETWORKS.value(pair, pair.planted)
    )


def test_seeds_and_kicks_stand_on_their_rungs():
    found = {name: judged(text)["objective"] for name, text in SEEDS.items()}
    assert found["both_ends"] == pytest.approx(0.6397, abs=0.002)
    assert found["forward"] == pytest.approx(0.7190, abs=0.002)
    assert found["descent"] == pytest.approx(TEXTBOOK, abs=0.002)


@pytest.mark.soak
def test_baselines_stand_on_their_rungs():
    assert judged((BASELINES / "kicks.py").read_text())["objective"] == pytest.approx(BEST_SEEN, abs=0.002)
    assert judged((BASELINES / "ten_starts.py").read_text())["objective"] == pytest.approx(0.7417, abs=0.002)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert judged(changed)["objective"] < (TEXTBOOK + BEST_SEEN) / 2, (name, idea)


LEARNED = """
import numpy as np

rng = np.random.default_rng(1)
inputs, targets = networks.lessons(rng)
first = [0.1 * rng.normal(size=shape) for shape in networks.shapes((12, 24, 24, 24, 6))]
last = networks.descended(first, inputs, targets, steps=40)
errors = [float(((networks.answers(each, inputs)[-1] - targets) ** 2).sum()) for each in (first, last)]
"""


def test_trained_networks_learn_and_do_not_hang_on_threads():
    names = {"networks": NETWORKS}
    exec(LEARNED, names)
    assert names["errors"][1] < names["errors"][0] / 2
    program = f"import sys; sys.path[:0] = [{str(PACK)!r}]\nimport networks\n{LEARNED}\nprint(errors[1].hex())"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "4"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == names["errors"][1].hex()
