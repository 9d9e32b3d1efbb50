"""tour_construct: walks made again by hand, a bound that holds, rungs that stand where papers have them, no memory."""

import functools
import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.problems.inside import Inside, judge_modules, moves

ROOT = Path(__file__).parents[2]
PACK, BASELINES = ROOT / "problems" / "tour_construct", ROOT / "benchmarks" / "packs_baselines" / "tour_construct"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = yaml.safe_load((PACK / "cases.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
TEXTBOOK, BEST_SEEN = 0.2214, 0.0288
"""The gap of the nearest neighbour, and of planned and improved ways from three cities."""

MAPS, BOUND, JUDGE = judge_modules(PACK, "maps", "bound", "evaluate")


@functools.cache
def gap(text):
    return JUDGE.evaluate(Inside(text), SPEC["params"])["objective"]


def shortest_tour(table):
    """The length of the shortest tour, over all subsets (Held and Karp's other paper)."""
    n = len(table)
    best = {(1 << city, city): int(table[0, city]) for city in range(1, n)}
    for size in range(2, n):
        for chosen in itertools.combinations(range(1, n), size):
            bits = sum(1 << city for city in chosen)
            for city in chosen:
                rest = bits ^ (1 << city)
                best[bits, city] = min(best[rest, other] + int(table[other, city]) for other in chosen if other != city)
    everything = (1 << n) - 2
    return min(best[everything, city] + int(table[city, 0]) for city in range(1, n))


@pytest.mark.parametrize("case", [case for case in CASES if "objective" in case], ids=lambda case: case["name"])
def test_cases_by_hand(case):
    places = MAPS.cities("uniform", 1, 20, {}).tolist()
    far = [[round(((x - u) ** 2 + (y - v) ** 2) ** 0.5) for u, v in places] for x, y in places]
    walk, left = [0], list(range(1, 20))
    parts = {}
    exec((PACK / case["program"]).read_text(), parts)
    for _ in range(19):
        parts.get("MAPS", []).clear()
        city = parts["next_city"](walk[-1], 0, list(left), np.array(far))
        left.remove(city)
        walk.append(city)
    length = sum(far[i][j] for i, j in itertools.pairwise([*walk, 0]))
    assert length / BOUND.held_karp(np.array([far]))[0] - 1 == pytest.approx(case["objective"], abs=1e-12)


@pytest.mark.parametrize("family", sorted(MAPS.FAMILIES))
def test_no_tour_is_below_the_bound_and_the_shortest_is_near(family):
    tables = np.stack([MAPS.distances(MAPS.cities(family, draw, 9, {})) for draw in range(1, 5)])
    for bound, table in zip(BOUND.held_karp(tables).tolist(), tables, strict=True):
        shortest = shortest_tour(table)
        assert 0.96 * shortest <= bound <= shortest


def test_a_one_tree_is_the_shortest_there_is():
    """Over all spanning trees of five cities, by their Pruefer codes."""
    table = np.random.default_rng(1).integers(1, 100, (6, 6))
    table = np.triu(table, 1) + np.triu(table, 1).T
    lengths = []
    for code in itertools.product(range(1, 6), repeat=3):
        degree = [1 + code.count(city) for city in range(6)]
        length = 0
        for city in code:
            leaf = next(each for each in range(1, 6) if degree[each] == 1)
            length += table[leaf, city]
            degree[leaf], degree[city] = 0, degree[city] - 1
        first, second = (each for each in range(1, 6) if degree[each] == 1)
        lengths.append(length + table[first, second])
    found, degrees = BOUND.one_trees(table[None])
    assert found[0] == min(lengths) + np.sort(table[0, 1:])[:2].sum()
    assert degrees.sum() == 2 * 6


def test_lengths_are_rounded_exactly():
    places = MAPS.cities("uniform", 3, 50, {})
    table = MAPS.distances(places)
    for i, j in itertools.combinations(range(50), 2):
        square = int(((places[i] - places[j]) ** 2).sum())
        assert (2 * int(table[i, j]) - 1) ** 2 < 4 * square < (2 * int(table[i, j]) + 1) ** 2


@pytest.mark.parametrize("family", sorted(MAPS.FAMILIES))
def test_maps_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, other = (MAPS.cities(family, 2, 50, each) for each in ({}, {}, {"secret": "ab" * 16}))
    assert (one == again).all()
    assert (one != other).any()
    assert 0 <= one.min() <= one.max() <= MAPS.SIDE


def test_seeds_stand_on_three_rungs_and_are_judged_in_time():
    found = {}
    for name, text in SEEDS.items():
        began = time.process_time()
        found[name] = gap(text)
        assert time.process_time() - began < 2
    assert found["in_order"] > 1 > found["nearest"]
    assert found["nearest"] == pytest.approx(TEXTBOOK, abs=1e-4)
    assert found["nearest"] > found["away"] + 0.02 > BEST_SEEN


def test_papers_figures():
    """Nearest neighbour 22.6 % above the optimum, searched rules 9.7 to 17.8 %; the bound lies below the optimum."""
    asked = SPEC["params"] | SPEC["instances"]["papers"]["params"] | {"draws": 15}
    nearest = JUDGE.evaluate(Inside(SEEDS["nearest"]), asked)["objective"]
    weighted = JUDGE.evaluate(Inside((BASELINES / "weighted.py").read_text()), asked)["objective"]
    assert 0.20 < nearest < 0.28
    assert 0.09 < weighted < 0.15


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert gap(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
