"""arena_match: votes made again by hand, one stream that nobody can draw twice, rungs, no idea alone is the answer."""

import functools
import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "arena_match"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = yaml.safe_load((PACK / "cases.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
TEXTBOOK, BEST_SEEN = 0.1173, 0.0928
"""Disorder with Gaussian beliefs and players drawn by lot, and with the best matching and model that was seen."""


WORLDS, JUDGE = judge_modules(PACK, "worlds", "evaluate")


@functools.cache
def disorder(text, **changes):
    return JUDGE.evaluate(Inside(text), {**SPEC["params"], **changes})["objective"]


@pytest.mark.parametrize("case", [case for case in CASES if "objective" in case], ids=lambda case: case["name"])
def test_cases_by_hand(case):
    asked = {**SPEC["params"], **case["params"]}
    parts = {}
    exec((PACK / case["program"]).read_text(), parts)
    world = WORLDS.World("even", 1, asked)
    parts["init"](48, 4, 1)
    errors = []
    for t in range(300):
        parts["see"](world.vote(parts["pick"](t)))
        if t % 10 == 9:
            order = parts["ranking"]()
            pairs = list(itertools.combinations(order, 2))
            errors.append(sum(world.strengths[i] < world.strengths[j] for i, j in pairs) / len(pairs))
    assert sum(errors) / len(errors) == pytest.approx(case["objective"], abs=1e-12)


def test_a_vote_takes_the_same_numbers_whoever_is_compared():
    one, other = (WORLDS.World("even", 1, SPEC["params"]) for _ in range(2))
    for _ in range(20):
        one.vote([0, 1])
        other.vote([7, 30, 2, 45])
    assert [one.vote([3, 4, 5, 6]) for _ in range(20)] == [other.vote([3, 4, 5, 6]) for _ in range(20)]


@pytest.mark.parametrize("family", sorted(WORLDS.STRENGTHS))
def test_worlds_are_drawn_again_alike_and_other_with_a_secret(family):
    asked = SPEC["params"]
    one, again, secret = (WORLDS.World(family, 2, each) for each in (asked, asked, {**asked, "secret": "ab" * 16}))
    assert (one.strengths == again.strengths).all()
    assert (one.strengths != secret.strengths).any()
    assert one.strengths.std() == pytest.approx(1)


def test_styles_go_round_in_circles():
    """Somewhere among three players each is preferred to the next."""
    world = WORLDS.World("styles", 1, SPEC["params"])
    styles = world._styles
    across = styles @ np.array([[0.0, 1.0], [-1.0, 0.0]]) @ styles.T
    assert across == pytest.approx(-across.T)
    assert any(across[i, j] > 0 and across[j, k] > 0 and across[k, i] > 0 for i, j, k in np.ndindex(9, 9, 9))


def test_seeds_stand_on_three_rungs_and_are_judged_in_time():
    found = {}
    for name, text in SEEDS.items():
        began = time.process_time()
        found[name] = disorder(text)
        assert time.process_time() - began < 2
        assert found[name] == JUDGE.evaluate(Inside(text), SPEC["params"])["objective"]
    assert found["elo_pairs"] > found["win_counts"] + 0.03
    assert found["win_counts"] > found["elo_groups"] + 0.005 > TEXTBOOK


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert disorder(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
