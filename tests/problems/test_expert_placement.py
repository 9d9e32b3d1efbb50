"""expert_placement: loads against a count of tokens, streams drawn anew, what each rung is worth, no tokens lost."""

import functools
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "expert_placement"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "expert_placement"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {
    "windows": 12,
    "experts": 64,
    "gpus": 16,
    "room": 5,
    "families": ["languages", "topics", "surges"],
    "draws": 3,
    "draw": 1,
}
TEXTBOOK, BEST_SEEN = 0.766, 0.859
"""The published balancer, which is one of the seeds, and the best that was seen on these nine streams."""

STREAMS, JUDGE = judge_modules(PACK, "streams", "evaluate")


@functools.cache
def judged(text):
    return JUDGE.evaluate(Inside(text), PARAMS)


def balance(text):
    return judged(text)["objective"]


@pytest.mark.parametrize("family", ["languages", "topics", "surges", "seasons", "switched"])
def test_streams_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, secret, other = (
        STREAMS.stream(family, draw, 13, 64, params)
        for draw, params in ((3, {}), (3, {}), (3, {"secret": "ab" * 16}), (4, {}))
    )
    assert (one == again).all()
    assert (one != secret).any()
    assert (one != other).any()
    assert one.shape == (13, STREAMS.LAYERS, 64)
    assert (one.sum(axis=2) == STREAMS.TOKENS).all()


def test_no_token_is_lost_or_made():
    rng = np.random.default_rng(1)
    tokens = rng.integers(0, 1000, 6)
    rows = [[0, 1, 2], [3, 4, 5], [0, 0, 5]]
    copies = Counter(each for row in rows for each in row)
    found = JUDGE.loads(rows, tokens)
    assert sum(found) == sum(tokens.tolist())
    assert found[2] == 2 * Fraction(int(tokens[0]), copies[0]) + Fraction(int(tokens[5]), copies[5])


def test_a_balance_is_one_where_and_only_where_all_have_the_same_to_do():
    assert JUDGE.balance([[[0, 1], [2, 3]]], np.array([[3, 1, 2, 2]])) == 1.0
    assert JUDGE.balance([[[0, 1], [2, 3]]], np.array([[4, 1, 2, 1]])) == 0.8
    assert JUDGE.balance([[[0], [1]], [[0], [1]]], np.array([[3, 1], [2, 2]])) == 0.8


def test_the_future_known_leaves_little_to_lose():
    """What is left to find is what comes, and not how to pack it."""
    shown = [STREAMS.stream(family, 1, 13, 64, {}) for family in PARAMS["families"]]
    program = Inside((BASELINES / "eplb.py").read_text())
    for stream in shown:
        placed = program.call("place", stream[-1:], 16, 5)
        assert JUDGE.balance(JUDGE.read(placed, "topics", stream.shape[1:], 16, 5), stream[-1]) > 0.96


def test_neighbours_that_rise_together_are_told_from_those_that_do_not():
    shown = np.array([[1.0, 10.0, 5.0], [2.0, 20.0, 5.0], [3.0, 30.0, 5.0], [4.0, 40.0, 5.0]])
    assert JUDGE.alike([[0, 1], [2, 2]], shown) == pytest.approx(1.0)
    assert JUDGE.alike([[0, 2], [1, 1]], shown) == pytest.approx(0.0)
    assert JUDGE.alike([[0], [1], [2]], shown) == 0.0


def test_seeds_and_the_balancer_stand_on_their_rungs_and_are_judged_in_time():
    for text in SEEDS.values():
        first = judged(text)
        began = time.process_time()
        assert first == JUDGE.evaluate(Inside(text), PARAMS)
        assert time.process_time() - began < 2
    assert balance(SEEDS["in_turn"]) == pytest.approx(0.510, abs=0.002)
    assert balance(SEEDS["snake"]) == pytest.approx(0.747, abs=0.002)
    assert balance(SEEDS["eplb"]) == pytest.approx(TEXTBOOK, abs=0.002)
    assert balance((BASELINES / "eplb.py").read_text()) == pytest.approx(0.765, abs=0.002)


@pytest.mark.parametrize(
    "row", [[0, 1], [0, 1, 2, 3], [0, 1, 4], [0, 1, -1], [0, 1, True], [0, 1, 2.0], "012", None, {"0": 1}]
)
def test_what_is_no_gpu_is_refused(row):
    with pytest.raises(Invalid, match="topics: layer 0, GPU 0"):
        JUDGE.read([[row, [1, 2, 3]]], "topics", (1, 4), 2, 3)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert balance(changed) < (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
