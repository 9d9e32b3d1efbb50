"""qap_construct: layouts filled again by hand, a bound that holds, descents that end in valleys, rungs, no memory."""

import functools
import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.problems.inside import Inside, judge_modules, moves

ROOT = Path(__file__).parents[2]
PACK, BASELINES = ROOT / "problems" / "qap_construct", ROOT / "benchmarks" / "packs_baselines" / "qap_construct"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = yaml.safe_load((PACK / "cases.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
TEXTBOOK, BEST_SEEN = 0.1446, 0.0180
"""The gap of the most connected at the cheapest place, and of plans that are improved from every place."""

LAYOUTS, REFERENCE, JUDGE = judge_modules(PACK, "layouts", "reference", "evaluate")


@functools.cache
def gap(text):
    return JUDGE.evaluate(Inside(text), SPEC["params"])["objective"]


def all_costs(flows, distances):
    """The costs of all layouts, over pairs."""
    n = len(flows)
    return [
        sum(int(flows[i, j] * distances[at[i], at[j]]) for i in range(n) for j in range(i))
        for at in itertools.permutations(range(n))
    ]


@pytest.mark.parametrize("case", [case for case in CASES if "objective" in case], ids=lambda case: case["name"])
def test_cases_by_hand(case):
    flows, distances = LAYOUTS.layout("grid", 1, 12, {})
    at = [-1] * 12
    for _ in range(12):
        parts = {}
        exec((PACK / case["program"]).read_text(), parts)
        facility, place = parts["next_pair"](list(at), flows.copy(), distances.copy())
        assert at[facility] == -1
        assert place not in at
        at[facility] = place
    cost = sum(int(flows[i, j] * distances[at[i], at[j]]) for i in range(12) for j in range(i))
    ((_, _, _, best, _),) = JUDGE.drawn(("grid",), 1, 1, 12, "")
    assert cost / best - 1 == pytest.approx(case["objective"], abs=1e-12)


@pytest.mark.parametrize("family", sorted(LAYOUTS.FAMILIES))
def test_the_bound_holds_and_descents_find_the_cheapest_of_small_layouts(family):
    for draw in (1, 2):
        flows, distances = LAYOUTS.layout(family, draw, 6, {})
        least = min(all_costs(flows, distances))
        found = REFERENCE.best_descents(flows[None], distances[None], np.random.default_rng(draw), 30)
        assert REFERENCE.gilmore_lawler(flows, distances) <= least == found[0]


def test_assignments_are_the_cheapest():
    rng = np.random.default_rng(3)
    for n in (1, 2, 5, 6):
        costs = rng.integers(0, 50, (n, n)).tolist()
        least = min(sum(costs[i][at] for i, at in enumerate(order)) for order in itertools.permutations(range(n)))
        assert REFERENCE.assignment(costs) == least


def test_a_swap_changes_the_cost_by_what_is_said():
    flows, distances = LAYOUTS.layout("plants", 1, 9, {})
    at = np.random.default_rng(1).permutation(9)
    chosen, gain = REFERENCE.best_swaps(at[None], flows[None].astype(float), distances[None].astype(float))
    before, after = REFERENCE.cost(at, flows, distances), []
    for first, second in itertools.combinations(range(9), 2):
        other = at.copy()
        other[[first, second]] = at[[second, first]]
        after.append(REFERENCE.cost(other, flows, distances) - before)
    assert min(after) == gain[0]
    assert divmod(int(chosen[0]), 9) in list(itertools.permutations(range(9), 2))


@pytest.mark.parametrize("family", sorted(LAYOUTS.FAMILIES))
def test_layouts_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, other = (LAYOUTS.layout(family, 2, 20, each) for each in ({}, {}, {"secret": "ab" * 16}))
    for matrix, same, changed in zip(one, again, other, strict=True):
        assert (matrix == same).all()
        assert (matrix != changed).any()
        assert (matrix == matrix.T).all()
        assert not matrix.diagonal().any()
        assert matrix.min() >= 0


def test_seeds_stand_on_three_rungs_and_are_judged_in_time():
    found = {}
    for name, text in SEEDS.items():
        began = time.process_time()
        found[name] = gap(text)
        assert time.process_time() - began < 2
    assert found["in_order"] > found["ranks"] + 0.1 > found["cheapest"] + 0.1 > TEXTBOOK


def test_the_textbook_and_gilmore_stand_where_they_were_measured():
    connected, gilmore = (gap((BASELINES / f"{name}.py").read_text()) for name in ("connected", "gilmore"))
    assert connected == pytest.approx(TEXTBOOK, abs=1e-4)
    assert BEST_SEEN < gilmore < connected - 0.03


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert gap(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
