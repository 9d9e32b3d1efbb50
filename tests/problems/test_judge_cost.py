"""What a judge costs in CPU: at most 50 ms under 40 objects, 2 s for the largest and most awkward outputs."""

import math
import random
import time

import pytest
from pack import Pack, pack

from evo.judging import Invalid
from tests.yardstick import slowness

FEW = [
    ("circle_packing", "32"),
    ("distance_ratio", "plane_16"),
    ("distance_ratio", "space_14"),
    ("heilbronn/convex", "convex_14"),
    ("heilbronn/square", "square_16"),
    ("heilbronn/triangle", "triangle"),
    ("hexagon_packing", "12"),
    ("rectangle_packing", "21"),
]


def cost(one: Pack, output, instance, times=3):
    """Return CPU seconds of a judgement, the least of a few, and whether it was VALID."""
    least, valid = math.inf, True
    for _ in range(times):
        began = time.process_time()
        try:
            one.evaluate(output, one.params(instance))
        except Invalid:
            valid = False
        least = min(least, time.process_time() - began)
    return least, valid


def shaken(value, rng, scale):
    """Return the output with every number moved a little, so that no digit is round."""
    if isinstance(value, list):
        return [shaken(each, rng, scale) for each in value]
    return value * (1 - scale * rng.random())


@pytest.mark.parametrize(("name", "instance"), FEW)
def test_under_forty_objects(name, instance):
    one, rng = pack(name), random.Random(1)
    for text in one.seeds.values():
        output = one.run(text, instance, work=1)
        for scale in (0, 1e-9, 1e-3):
            seconds, valid = cost(one, shaken(output, rng, scale), instance)
            assert seconds < 0.05 * slowness()
            assert valid or scale


@pytest.mark.parametrize(("name", "instance"), FEW)
def test_numbers_of_all_sizes(name, instance):
    """Denormals beside ones make the common grid of exact arithmetic as fine as doubles can."""
    one, rng = pack(name), random.Random(2)
    output = one.run(next(iter(one.seeds.values())), instance, work=1)
    for row in output:
        row[0] = row[0] * 2.0 ** -rng.randint(0, 1000) if rng.random() < 0.5 else row[0]
    assert cost(one, output, instance, times=1)[0] < 2 * slowness()
    output = [[5e-324 * rng.randint(1, 9) for _ in row] for row in output]
    assert cost(one, output, instance, times=1)[0] < 2 * slowness()


def steps(kind):
    rng = random.Random(3)
    decades = 30 if kind == "decades" else 0
    return [rng.random() * 10.0 ** -rng.uniform(0, decades) for _ in range(8192)]


@pytest.mark.parametrize("kind", ["decades", "even"])
@pytest.mark.parametrize(
    ("name", "instance"),
    [("autocorrelation", "first"), ("autocorrelation", "third_absolute"), ("autocorrelation/second", "second")],
)
def test_the_longest_functions(name, instance, kind):
    seconds, valid = cost(pack(name), steps(kind), instance, times=1)
    assert valid
    assert seconds < 2 * slowness()


def test_the_longest_profile():
    heights = steps("even")
    heights = [h / 2 + 0.5 * (k % 2) for k, h in enumerate(heights)]
    mean = math.fsum(heights) / len(heights)
    seconds, valid = cost(pack("erdos_overlap"), [h * 0.5 / mean if mean > 0.5 else h for h in heights], "interval", 1)
    assert valid or mean < 0.5
    assert seconds < 2 * slowness()


def test_the_largest_sets():
    """All roots in 12 dimensions with numbers as large as they may be; a product of caps."""
    roots = pack("kissing_number").run(pack("kissing_number").seeds["roots"], "12", work=1)
    seconds, valid = cost(pack("kissing_number"), [[v << 58 for v in row] for row in roots], "12", times=1)
    assert valid
    assert seconds * (1400 / len(roots)) ** 2 < 2 * slowness(), "at most 1400 are allowed, and every pair is looked at"
    seconds, valid = cost(pack("cap_set"), pack("cap_set").run(pack("cap_set").seeds["binary"], "8"), "8", times=1)
    assert valid
    assert seconds < 2 * slowness()
