"""operator_schedule: the bound against a search of all schedules, graphs drawn anew, what each rung is worth."""

import functools
import itertools
import time
from pathlib import Path

import pytest

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "operator_schedule"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "operator_schedule"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"n": 60, "families": ["layers", "filters", "blocks"], "draws": 3, "draw": 1}
TEXTBOOK, BEST_SEEN = 1.1295, 1.0666
"""The longest way first, and the best that was seen on these nine graphs."""

GRAPHS, JUDGE = judge_modules(PACK, "graphs", "evaluate")
DRAWN = ["layers", "filters", "blocks", "butterflies", "solves"]


@functools.cache
def judged(text):
    return JUDGE.evaluate(Inside(text), PARAMS)


def over(text):
    return judged(text)["objective"]


def small(graph, count):
    """The first operators of a graph, on one unit of each kind."""
    return graph._replace(kinds=graph.kinds[:count], needs=graph.needs[:count], units=[1] * len(graph.units))


def shortest(graph):
    """The fewest steps, by all orders in which operators can be put one by one as early as may be."""
    best = sum(graph.delay[kind] for kind in graph.kinds)
    for order in itertools.permutations(range(len(graph.kinds))):
        place = {which: at for at, which in enumerate(order)}
        if any(place[each] > place[which] for which, before in enumerate(graph.needs) for each in before):
            continue
        ends, taken = {}, set()
        for which in order:
            kind = graph.kinds[which]
            begin = max((ends[each] for each in graph.needs[which]), default=0)
            while taken & {(kind, begin + step) for step in range(graph.delay[kind])}:
                begin += 1
            taken |= {(kind, begin + step) for step in range(graph.delay[kind])}
            ends[which] = begin + graph.delay[kind]
        best = min(best, max(ends.values()))
    return best


@pytest.mark.parametrize("family", DRAWN)
def test_no_schedule_of_a_small_graph_is_below_the_bound(family):
    for draw in range(2):
        graph = small(GRAPHS.graph(family, draw, 60, {}), 5)
        assert JUDGE.bound(graph) <= shortest(graph) <= 1.35 * JUDGE.bound(graph)


@pytest.mark.parametrize("family", DRAWN)
def test_graphs_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, secret, other = (
        GRAPHS.graph(family, draw, 60, params)
        for draw, params in ((3, {}), (3, {}), (3, {"secret": "ab" * 16}), (4, {}))
    )
    assert one == again
    assert one != secret
    assert one != other
    assert all(each < which for which, before in enumerate(one.needs) for each in before)
    assert 60 <= len(one.kinds) <= 100


def test_seeds_and_turns_stand_on_their_rungs_and_are_judged_in_time():
    for text in SEEDS.values():
        first = judged(text)
        began = time.process_time()
        assert first == JUDGE.evaluate(Inside(text), PARAMS)
        assert time.process_time() - began < 2
    assert over(SEEDS["as_listed"]) == pytest.approx(1.530, abs=0.001)
    assert over(SEEDS["most_followers"]) == pytest.approx(1.391, abs=0.001)
    assert over(SEEDS["longest_way"]) == pytest.approx(TEXTBOOK, abs=0.001)
    assert over((BASELINES / "by_turns.py").read_text()) == pytest.approx(1.1026, abs=0.001)


def test_measures_are_those_of_the_schedule():
    graph = GRAPHS.FIXED["fork"]
    found = JUDGE.traits(graph, [0, 2, 3, 1, 4], 5)
    assert found == {"longest_first": 1.0, "kept": (0 + 2) / 2 / 5, "idle": 0.5}


def test_results_and_units_are_looked_at_step_by_step():
    graph = GRAPHS.FIXED["products"]
    assert JUDGE.read([0, 3, 6], graph, "x") == [0, 3, 6]
    with pytest.raises(Invalid, match="2 operators of kind 1 run in step 2"):
        JUDGE.read([0, 2, 6], graph, "x")
    with pytest.raises(Invalid, match="operator 2 begins at 5, before operator 1"):
        JUDGE.read([0, 3, 5], graph, "x")


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert over(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
