"""transaction_schedule: runs against a search over begins, the bound, batches drawn anew, what each rung is worth."""

import functools
import itertools
import random
import time
from pathlib import Path

import pytest

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "transaction_schedule"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "transaction_schedule"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"n": 40, "families": ["zipf", "counters", "transfers"], "draws": 2, "draw": 1}
TEXTBOOK, BEST_SEEN = 4.37, 2.49
"""The longest first, and the best that was seen on these six batches."""

WORKLOADS, JUDGE = judge_modules(PACK, "workloads", "evaluate")
DRAWN = ["zipf", "counters", "transfers", "followers", "stages"]


@functools.cache
def judged(text):
    return JUDGE.evaluate(Inside(text), PARAMS)


def over(text):
    return judged(text)["objective"]


def ends(begins, batch):
    return max(begin + len(each) for begin, each in zip(begins, batch, strict=True))


def fits(one, other, begin, later):
    """Whether `other`, begun at `later`, has each of its operations after those of `one` that it conflicts with."""
    return all(
        later + there > begin + at
        for at, (key, write) in enumerate(one)
        for there, (same, also) in enumerate(other)
        if key == same and (write or also)
    )


def started_by_trial(order, batch):
    """Each transaction, in the order, at the first step at which nothing of it comes too early."""
    begins = {}
    for which in order:
        begins[which] = next(
            step
            for step in itertools.count()
            if all(fits(batch[one], batch[which], begin, step) for one, begin in begins.items())
        )
    return [begins[which] for which in range(len(batch))]


@pytest.mark.parametrize("family", DRAWN)
def test_a_run_is_what_trial_of_every_step_finds(family):
    rng = random.Random(family)
    for draw in range(3):
        batch = WORKLOADS.batch(family, draw, 8, {})
        order = rng.sample(range(8), 8)
        assert JUDGE.started(order, batch) == started_by_trial(order, batch)


@pytest.mark.parametrize("family", [*DRAWN, "hook", "readers", "queue"])
def test_no_order_of_a_small_batch_is_below_the_bound(family):
    for draw in range(2):
        batch = WORKLOADS.batch(family, draw, 5, {})
        spans = {ends(JUDGE.started(order, batch), batch) for order in itertools.permutations(range(len(batch)))}
        assert min(spans) >= JUDGE.bound(batch)


@pytest.mark.parametrize("family", DRAWN)
def test_batches_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, secret, other = (
        WORKLOADS.batch(family, draw, 40, params)
        for draw, params in ((3, {}), (3, {}), (3, {"secret": "ab" * 16}), (4, {}))
    )
    assert one == again
    assert one != secret
    assert one != other
    assert len(one) == 40
    assert all(each and all(key >= 0 and write in (0, 1) for key, write in each) for each in one)


def test_seeds_and_the_papers_rule_stand_on_their_rungs_and_are_judged_in_time():
    for text in SEEDS.values():
        first = judged(text)
        began = time.process_time()
        assert first == JUDGE.evaluate(Inside(text), PARAMS)
        assert time.process_time() - began < 2
    assert over(SEEDS["arrival"]) == pytest.approx(4.55, abs=0.01)
    assert over(SEEDS["longest_first"]) == pytest.approx(TEXTBOOK, abs=0.01)
    assert over(SEEDS["waves"]) == pytest.approx(3.97, abs=0.01)
    assert over((BASELINES / "shortest_makespan_first.py").read_text()) == pytest.approx(3.29, abs=0.01)


def test_measures_are_those_of_the_order():
    batch = [[[0, 1]], [[0, 0], [1, 0]], [[2, 1], [2, 1], [2, 1]]]
    assert JUDGE.traits([0, 1, 2], batch) == {"beside": 0.5, "long_first": 0.0, "readers_first": 0.0}
    assert JUDGE.traits([2, 1, 0], batch) == {"beside": 0.5, "long_first": 1.0, "readers_first": 1.0}


@pytest.mark.parametrize(
    "order", [[0, 1], [0, 1, 2, 2], [0, 0, 1], [0, 1, True], "012", None, {"order": [0, 1, 2]}, [[0, 1, 2]], [0, 1, 3]]
)
def test_what_is_no_order_of_all_is_refused(order):
    with pytest.raises(Invalid, match="zipf: order"):
        JUDGE.read(order, 3, "zipf")


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert over(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
