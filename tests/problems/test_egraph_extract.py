"""egraph_extract: choices, circles and the bound against a look at all choices, e-graphs drawn anew, the rungs."""

import functools
import itertools
import random
import time
from pathlib import Path

import pytest

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "egraph_extract"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "egraph_extract"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"n": 80, "families": ["terms", "windows", "tables"], "draws": 2, "draw": 1}
TEXTBOOK, BEST_SEEN = 1.0, 0.657
"""Cheapest trees, with which the judge compares, and the best that was seen on these six e-graphs."""

EGRAPHS, JUDGE = judge_modules(PACK, "egraphs", "evaluate")
DRAWN = ["terms", "windows", "tables", "powers", "circles"]


@functools.cache
def judged(text):
    return JUDGE.evaluate(Inside(text), PARAMS)


def over(text):
    return judged(text)["objective"]


def computed(graph, choice):
    """Whether the root comes to be computed where each class waits for those that its node takes; and from what."""
    known = set()
    while True:
        new = {
            at
            for at, node in enumerate(choice)
            if node >= 0 and at not in known and all(child in known for child in graph.classes[at][node][1])
        }
        if not new:
            return known == {at for at, node in enumerate(choice) if node >= 0} and graph.root in known
        known |= new


def accepted(graph, choice):
    try:
        JUDGE.read(list(choice), graph, "x")
    except Invalid:
        return False
    return True


def tangle(case):
    """A small e-graph by lot, circles and all."""
    rng = random.Random(case)
    classes = [
        [[rng.randint(1, 9), rng.sample(range(5), rng.choice((0, 1, 1, 2)))] for _ in range(rng.randint(1, 2))]
        for _ in range(5)
    ]
    return EGRAPHS.Egraph(classes, 0)


@pytest.mark.parametrize("case", range(12))
def test_a_choice_is_taken_where_and_only_where_it_can_be_computed_and_costs_no_less_than_the_bound(case):
    graph, costs = tangle(case), []
    for choice in itertools.product(*(range(-1, len(nodes)) for nodes in graph.classes)):
        assert accepted(graph, choice) == computed(graph, choice)
        if computed(graph, choice):
            costs.append(sum(graph.classes[at][node][0] for at, node in enumerate(choice) if node >= 0))
    if costs:
        assert JUDGE.bound(graph) <= min(costs) <= JUDGE.trees(graph)


@pytest.mark.parametrize("family", DRAWN)
def test_egraphs_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, secret, other = (
        EGRAPHS.egraph(family, draw, 80, params)
        for draw, params in ((3, {}), (3, {}), (3, {"secret": "ab" * 16}), (4, {}))
    )
    assert one == again
    assert one != secret
    assert one != other
    assert all(cost >= 1 for nodes in one.classes for cost, _ in nodes)
    assert JUDGE.bound(one) <= JUDGE.trees(one)


def test_seeds_and_sets_stand_on_their_rungs_and_are_judged_in_time():
    for text in SEEDS.values():
        first = judged(text)
        began = time.process_time()
        assert first == JUDGE.evaluate(Inside(text), PARAMS)
        assert time.process_time() - began < 2
    assert over(SEEDS["first_found"]) == pytest.approx(1.279, abs=0.001)
    assert over(SEEDS["cheapest_chains"]) == pytest.approx(1.057, abs=0.001)
    assert over(SEEDS["cheapest_trees"]) == TEXTBOOK
    assert over((BASELINES / "sets_of_parts.py").read_text()) == pytest.approx(1.0127, abs=0.001)


def test_measures_are_those_of_the_choice():
    graph = EGRAPHS.FIXED["shared_well"]
    assert JUDGE.traits(graph, JUDGE.read([0, 0, 0, 0], graph, "x")) == {"used": 1.0, "shared": 4 / 3, "deep": 0.75}
    assert JUDGE.traits(graph, JUDGE.read([0, 1, 1, -1], graph, "x")) == {"used": 0.75, "shared": 1.0, "deep": 2 / 3}


def test_a_circle_beside_what_is_asked_for_is_refused_too():
    graph = EGRAPHS.Egraph([[[1, []]], [[1, [2]]], [[1, [1]]]], 0)
    assert accepted(graph, [0, -1, -1])
    with pytest.raises(Invalid, match="x: class 1 is chosen in a circle or over one"):
        JUDGE.read([0, 0, 0], graph, "x")


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert over(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
