"""Alphabets of digits: published limits, both inequalities of the proof on sets that can be listed, and the cost."""

import itertools
import time
from fractions import Fraction

import pytest
import recomputed
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import pack

DIGITS = pack("sums_differences/digits")
JUDGE = DIGITS.load("evaluate")


def semigroup(generators, largest):
    """The integers up to a largest one that are sums of generators."""
    there = [0]
    for value in range(1, largest + 1):
        if any(value - each in there[-max(generators) :] for each in generators):
            there.append(value)
    return there


def carried(generators, largest, base=None):
    return {"base": base or 2 * largest + 1, "digits": semigroup(generators, largest)}


PUBLISHED = {
    # teorth/optimizationproblems, constant 3a; what its pull requests claim for their alphabets in the limit.
    "131, of the digits of 95": ({"base": 33, "digits": [0, 3, 4, *range(6, 17)]}, 1.18552, 1e-5),
    "140": (carried((24, 26, 36, 39), 189), 1.1893936243, 1e-10),
    "134": (carried((1518, 1524, 1587, 2024, 2032, 2116), 17032), 1.19102809, 1e-8),
    "134, a comment: controlled carries": (
        carried((1518, 1524, 1587, 2024, 2032, 2116), 17086, 27995),
        1.19230254,
        1e-8,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_limits(name):
    output, value, within = PUBLISHED[name]
    began = time.process_time()
    assert DIGITS.judge(output)["objective"] == pytest.approx(value, abs=within)
    assert time.process_time() - began < 2


def test_largest_alphabets_are_judged_in_time():
    began = time.process_time()
    DIGITS.judge({"base": 60_001, "digits": [*range(5_999), 30_000]})
    assert time.process_time() - began < 2


alphabets = st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True).flatmap(
    lambda digits: st.tuples(st.integers(2, 2 * max(digits) + 1), st.just(sorted([0, *digits])))
)


@given(alphabets, st.integers(1, 3), st.fractions(Fraction(1, 10), Fraction(9, 10)), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_both_inequalities_hold_where_sets_can_be_listed(alphabet, places, x, most):
    """|U + U| <= P(x)^m x^(-2T), and numbers made of the cheapest differences are different and lie in U - U."""
    base, digits = alphabet
    vectors = [v for v in itertools.product(digits, repeat=places) if sum(v) <= most]
    members = {sum(digit * base**k for k, digit in enumerate(v)) for v in vectors}
    sums = {a + b for a in members for b in members}
    series = sum(x**k * count for k, count in enumerate(JUDGE.costs_of_sums(digits)))
    assert len(sums) <= series**places / x ** (2 * most)

    cheapest = {}
    for a, b in itertools.product(digits, repeat=2):
        residue = (a - b) % base
        if 2 * residue != base and a + b <= cheapest.get(residue, (1 << 30, 0, 0))[0]:
            # Ties go to the mirror image of what the opposite residue took, so that d and -d stand together.
            opposite = cheapest.get(-residue % base)
            pair = (a + b, opposite[2], opposite[1]) if opposite and opposite[0] == a + b else (a + b, a, b)
            cheapest[residue] = pair
    counts = JUDGE.costs_of_differences(digits, base)
    assert sorted(pair[0] for pair in cheapest.values()) == [k for k, n in enumerate(counts) for _ in range(n)]
    kept = [
        word
        for word in itertools.product(cheapest.values(), repeat=places)
        if sum(pair[1] for pair in word) <= most and sum(pair[2] for pair in word) <= most
    ]
    made = [sum((pair[1] - pair[2]) * base**k for k, pair in enumerate(word)) for word in kept]
    assert len(set(made)) == len(made)
    assert set(made) <= {a - b for a in members for b in members}


@given(alphabets)
@settings(max_examples=20, deadline=None)
def test_no_score_exceeds_a_recomputation_at_many_points(alphabet):
    base, digits = alphabet
    output = {"base": base, "digits": digits}
    found, again = DIGITS.judge(output)["objective"], float(recomputed.sums_differences_digits(output, {}))
    assert again - 1e-12 <= found <= again + 1e-3
