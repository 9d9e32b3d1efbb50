"""kissing_number and cap_set: the published sets count as published, spoiled ones are refused."""

import random
import time
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import pack, published

from evo.judging import Invalid
from tests.yardstick import slowness

KISSING, CAPS = pack("kissing_number"), pack("cap_set")


def verdict(one, output, **params):
    try:
        return one.judge(output, **params)["objective"]
    except Invalid:
        return None


ROUNDS = [1, pytest.param(5, marks=pytest.mark.soak)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_published_kissing_configuration(rounds):
    vectors = [[int(value) for value in row] for row in published("kissing_11_ae1")["points"]]
    began = time.process_time()
    assert KISSING.judge(vectors)["objective"] == 593
    assert time.process_time() - began < 2 * slowness()
    rng = random.Random(3)
    for _ in range(rounds):
        twice = [*vectors, list(rng.choice(vectors))]
        assert verdict(KISSING, twice) is None
        nudged = [*vectors, [value + 1 for value in rng.choice(vectors)]]
        assert verdict(KISSING, nudged) is None


@pytest.mark.parametrize("rounds", ROUNDS)
def test_published_cap_set(rounds):
    vectors = published("cap_set_8_512")["vectors"]
    assert CAPS.judge(vectors)["objective"] == 512
    rng = random.Random(3)
    there = {tuple(vector) for vector in vectors}
    for _ in range(rounds):
        other = [rng.randrange(3) for _ in range(8)]
        assert verdict(CAPS, [*vectors, other]) is None or tuple(other) not in there
    assert all(
        verdict(CAPS, [*vectors, list(other)]) is None
        for other in rng.sample(list(product(range(3), repeat=8)), 4 * rounds)
    )


@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_angles_agree_with_cosines(vectors):
    good = all(any(vector) for vector in vectors)
    for a, b in combinations(vectors, 2):
        dot = sum(p * q for p, q in zip(a, b, strict=True))
        size = sum(p * p for p in a) * sum(q * q for q in b)
        good = good and (dot <= 0 or Fraction(dot * dot, max(size, 1)) <= Fraction(1, 4))
    assert (verdict(KISSING, [list(vector) for vector in vectors], d=3) is not None) == good


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=9))
@settings(max_examples=200, deadline=None)
def test_lines_agree_with_the_definition(vectors):
    lines = any(all(sum(place) % 3 == 0 for place in zip(*three, strict=True)) for three in combinations(vectors, 3))
    good = len(set(vectors)) == len(vectors) and not lines
    assert (verdict(CAPS, [list(vector) for vector in vectors], n=3) is not None) == good


def test_the_largest_outputs_are_judged_in_time():
    """Right angles cost most: no pair ends the loop."""
    began = time.process_time()
    many = [[1 if k == place else 0 for k in range(12)] for place in range(12)]
    assert verdict(KISSING, many * 120, d=12) is None
    assert verdict(CAPS, [list(vector) for vector in product(range(3), repeat=8)]) is None
    assert verdict(CAPS, [list(vector) for vector in product(range(2), repeat=8)]) == 256
    assert time.process_time() - began < 2


def test_too_many_vectors_are_refused_before_any_arithmetic():
    with pytest.raises(Invalid, match="expected at most 1400 of 2 coordinates, got 2000"):
        KISSING.judge([[1, 0]] * 2000, d=2)
