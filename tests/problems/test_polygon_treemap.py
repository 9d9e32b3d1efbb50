"""polygon_treemap: exact cells against clipping in fractions, trees drawn anew, what each rung is worth, no gifts."""

import functools
import math
import random
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "polygon_treemap"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"families": ["usual"], "draws": 8, "draw": 1, "score": "worst"}
TEXTBOOK, BEST_SEEN = 6.64, 3.0
"""Squarified rows and the best that was seen on these eight trees."""


TREES, JUDGE = judge_modules(PACK, "trees", "evaluate")


def judged(text, **changes):
    return JUDGE.evaluate(Inside(text), {**PARAMS, **changes})


@functools.cache
def worst(text):
    return judged(text)["objective"]


def on_grid(points):
    return [(round(x * JUDGE.GRID), round(y * JUDGE.GRID)) for x, y in points]


@pytest.mark.parametrize("family", ["even", "usual", "skewed", "zipf", "folders"])
def test_trees_add_up_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again = (TREES.tree(family, 3, {}) for _ in range(2))
    assert one == again
    assert sorted(child for below in one.children for child in below) == list(range(1, len(one.weights)))
    for node, below in enumerate(one.children):
        assert all(child > node for child in below)
        assert one.weights[node] == sum(one.weights[child] for child in below) or not below
        assert len(below) != 1
    assert min(one.weights) >= 0.9e-6 * one.weights[0]
    assert 25 <= sum(not below for below in one.children) <= 60
    assert one != TREES.tree(family, 3, {"secret": "ab" * 16})
    assert one != TREES.tree(family, 4, {})


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_cells_are_apart_where_clipping_leaves_nothing(case):
    """Two random triangles: apart for the judge exactly if their common part has no area."""
    rng = random.Random(case)
    one, other = ([(rng.randrange(40), rng.randrange(40)) for _ in range(3)] for _ in range(2))
    one, other = (JUDGE.hull([(x << 34, y << 34) for x, y in each]) for each in (one, other))
    if len(one) < 3 or len(other) < 3:
        return
    assert JUDGE.apart(one, other) == (overlap(one, other) == 0)


def overlap(one, other):
    """The area of the common part by clipping, in exact fractions."""
    part = [(Fraction(x), Fraction(y)) for x, y in one]
    for a, b in JUDGE.edges(other):
        clipped = []
        for p, q in zip(part, part[1:] + part[:1], strict=True):
            hp, hq = (JUDGE.orientation(a, b, each) for each in (p, q))
            if hp >= 0:
                clipped.append(p)
            if hp * hq < 0:
                t = Fraction(hp) / (hp - hq)
                clipped.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
        part = clipped
    return sum((p[0] * q[1] - p[1] * q[0] for p, q in zip(part, part[1:] + part[:1], strict=True)), Fraction(0))


def test_neighbours_may_touch_by_a_billionth_and_no_more():
    left = on_grid([(0, 0), (0.5, 0), (0.5, 1), (0, 1)])
    for deep, fine in ((0.0, True), (9e-10, True), (2e-9, False)):
        right = on_grid([(0.5 - deep, 0.25), (1, 0.25), (1, 1), (0.5 - deep, 1)])
        assert JUDGE.apart(left, right) == fine
        assert JUDGE.apart(right, left) == fine
        beyond = on_grid([(0.25, 0.25), (0.5 + deep, 0.25), (0.25, 0.75)])
        assert any(JUDGE.reaches(left, [corner], outside=True) for corner in beyond) != fine


def test_an_aspect_is_that_of_the_shape():
    for corners in (3, 4, 6, 12):
        ring = [(0.5 + 0.4 * math.cos(t), 0.5 + 0.4 * math.sin(t)) for t in turns(corners)]
        cell = JUDGE.corners([list(point) for point in ring], "ring")
        diameter = 2 if corners % 2 == 0 else 2 * math.cos(math.pi / 2 / corners)
        area = corners / 2 * math.sin(2 * math.pi / corners)
        assert JUDGE.aspect(cell) == pytest.approx(diameter**2 / area, rel=1e-9)


def turns(count):
    return [2 * math.pi * k / count for k in range(count)]


def test_seeds_stand_on_two_rungs_and_differ_are_repeated_and_judged_in_time():
    for text in SEEDS.values():
        began = time.process_time()
        found = judged(text)
        assert time.process_time() - began < 2
        assert found == judged(text)
    assert worst(SEEDS["slices"]) > 100
    assert worst(SEEDS["squarified"]) == pytest.approx(TEXTBOOK, abs=0.01)
    assert len({worst(text) for text in SEEDS.values()}) == 3


def test_rectangles_get_worse_with_the_weights_and_polygons_do_not():
    """The paper's claim: for convex polygons the bound does not depend on the weights."""
    free = "    return [(math.cos(math.pi * k / 8), math.sin(math.pi * k / 8)) for k in range(16)]"
    polygons = "import math\n" + SEEDS["balanced"].replace("    return [(1.0, 0.0), (0.0, 1.0)]", free)
    for family in ("even", "usual", "skewed"):
        assert judged(polygons, families=[family])["objective"] <= 4.001
    rectangles = [judged(SEEDS["squarified"], families=[family])["objective"] for family in ("even", "usual", "skewed")]
    assert rectangles[0] < 6 < rectangles[1] < 20 < rectangles[2]


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert worst(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)


def test_the_slack_of_areas_gains_nothing():
    tree = TREES.tree("four", 1, {})

    def cells(edge):
        strips = [[[0, low], [1, low], [1, high], [0, high]] for low, high in ((0, edge), (edge, 0.5))]
        return [
            [[0, 0], [1, 0], [1, 1], [0, 1]],
            *strips,
            *([[0, y], [1, y], [1, y + 0.25], [0, y + 0.25]] for y in (0.5, 0.75)),
        ]

    assert max(map(JUDGE.aspect, JUDGE.read(cells(0.25 * (1 + 9e-7)), tree, "four")[1:])) == pytest.approx(4.25, 1e-5)
    with pytest.raises(Invalid, match="its area is"):
        JUDGE.read(cells(0.25 * (1 + 1.1e-6)), tree, "four")
