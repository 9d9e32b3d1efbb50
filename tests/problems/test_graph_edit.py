"""graph_edit: costs edit by edit and against all matchings, graphs drawn anew, what each rung is worth, no gifts."""

import functools
import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "graph_edit"
BASELINES = Path(__file__).parents[2] / "benchmarks" / "packs_baselines" / "graph_edit"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"families": ["usual"], "draws": 12, "draw": 1}
TEXTBOOK, BEST_SEEN = 2.2240, 0.9752
"""Assignment by neighbourhoods, and exchanges with sixty kicks, on these pairs."""


GRAPHS, JUDGE = judge_modules(PACK, "graphs", "evaluate")


@functools.cache
def judged(text):
    return JUDGE.evaluate(Inside(text), PARAMS)


def edited(pair, match):
    """Edit the first graph step by step into the second, and add up what the steps cost."""
    away, new, edge_away, edge_new, relabel = pair.costs
    labels, edges, cost = dict(enumerate(pair.first.labels)), set(pair.first.edges), 0
    name = {node: other for node, other in enumerate(match) if other is not None}
    wanted = {tuple(sorted(edge)) for edge in pair.second.edges}
    for edge in list(edges):
        if not all(node in name for node in edge) or tuple(sorted(name[node] for node in edge)) not in wanted:
            edges.remove(edge)
            cost += edge_away
    for node in list(labels):
        if node not in name:
            del labels[node]
            cost += away
        elif labels[node] != pair.second.labels[name[node]]:
            labels[node] = pair.second.labels[name[node]]
            cost += relabel
    now = {name[node]: label for node, label in labels.items()}
    for other, label in enumerate(pair.second.labels):
        if other not in now:
            now[other] = label
            cost += new
    present = {tuple(sorted(name[node] for node in edge)) for edge in edges}
    cost += edge_new * len(wanted - present)
    assert (now, present | wanted) == (dict(enumerate(pair.second.labels)), wanted)
    return cost


def matchings(n, m):
    """Yield all matchings of n nodes with m."""
    for match in itertools.product([None, *range(m)], repeat=n):
        taken = [other for other in match if other is not None]
        if len(set(taken)) == len(taken):
            yield list(match)


def small(rng):
    """Two graphs of three to four nodes with costs of their own."""
    graphs = []
    for _ in range(2):
        nodes = rng.randint(3, 4)
        edges = [edge for edge in itertools.combinations(range(nodes), 2) if rng.random() < 0.5]
        graphs.append(GRAPHS.graph_of([rng.randrange(2) for _ in range(nodes)], edges))
    return GRAPHS.Pair(*graphs, tuple(rng.randint(1, 5) for _ in range(5)), [])


@pytest.mark.parametrize("family", ["usual", "steep", "molecules", "path"])
def test_graphs_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again = (GRAPHS.pair(family, 3, {}) for _ in range(2))
    assert one == again
    assert one != GRAPHS.pair(family, 3, {"secret": "ab" * 16})
    assert one != GRAPHS.pair(family, 4, {})
    for graph in (one.first, one.second):
        assert len(set(graph.edges)) == len(graph.edges)
        assert all(0 <= u < v < len(graph.labels) for u, v in graph.edges)
    assert JUDGE.read(one.planted, one, family) == one.planted


def test_molecules_have_at_most_four_edges_a_node():
    pair = GRAPHS.pair("molecules", 2, {})
    graph = max(pair.first, pair.second, key=lambda each: len(each.labels))
    assert len(graph.labels) == 40
    assert np.bincount(np.ravel(graph.edges)).max() <= 4


@pytest.mark.parametrize("case", range(4))
def test_costs_are_those_of_the_edits(case):
    rng = random.Random(case)
    pair = GRAPHS.pair("usual", case, {})
    others = [*range(len(pair.second.labels)), *[None] * len(pair.first.labels)]
    for _ in range(20):
        match = rng.sample(others, len(pair.first.labels))
        assert JUDGE.total(pair, match) == edited(pair, match)
    assert JUDGE.total(pair, pair.planted) == edited(pair, pair.planted)
    pair = small(rng)
    assert all(JUDGE.total(pair, m) == edited(pair, m) for m in matchings(len(pair.first.labels), 3))


def test_costs_are_the_same_seen_from_the_other_side():
    for draw in range(4):
        pair = GRAPHS.pair("steep", draw, {})
        away, new, edge_away, edge_new, relabel = pair.costs
        back = GRAPHS.Pair(pair.second, pair.first, (new, away, edge_new, edge_away, relabel), [])
        turned = GRAPHS.inverse(pair.planted, len(pair.second.labels))
        assert JUDGE.total(back, turned) == JUDGE.total(pair, pair.planted)


def test_the_tables_of_the_seeds_have_the_cost_of_every_matching_but_for_a_constant():
    program, pair = Inside(SEEDS["bipartite"]), small(random.Random(7))
    n, m = len(pair.first.labels), len(pair.second.labels)
    tables = program.parts["tables"](JUDGE.shown(pair.first), JUDGE.shown(pair.second), JUDGE.costs(pair))
    apart = set()
    for match in matchings(n, m):
        order = [other if other is not None else m + node for node, other in enumerate(match)]
        left = [place for place in range(n + m) if place not in order]
        value = program.parts["worth"](np.array(order + left), tables)
        apart.add(round(JUDGE.total(pair, match) - float(value), 6))
    assert len(apart) == 1


def test_kicks_find_the_cheapest_edits_of_small_graphs():
    program = Inside((BASELINES / "kicks.py").read_text())
    for case in range(3):
        pair = small(random.Random(case))
        cheapest = min(JUDGE.total(pair, match) for match in matchings(len(pair.first.labels), len(pair.second.labels)))
        answer = program.call("match", JUDGE.shown(pair.first), JUDGE.shown(pair.second), JUDGE.costs(pair))
        assert JUDGE.total(pair, answer) == cheapest


def test_seeds_and_exchanges_stand_on_their_rungs():
    found = {name: judged(text)["objective"] for name, text in SEEDS.items()}
    assert found["by_number"] == pytest.approx(3.8353, abs=0.005)
    assert found["bipartite"] == pytest.approx(3.1164, abs=0.005)
    assert found["neighbours"] == pytest.approx(TEXTBOOK, abs=0.005)
    assert judged((BASELINES / "exchanges.py").read_text())["objective"] == pytest.approx(1.1949, abs=0.005)


@pytest.mark.soak
def test_kicks_stand_on_their_rung():
    assert judged((BASELINES / "kicks.py").read_text())["objective"] == pytest.approx(BEST_SEEN, abs=0.005)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert judged(changed)["objective"] > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
