"""The test by ranks, against counting all orders and against an independent implementation."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from evo.stats.mann_whitney import adjust_by_holm, compare_samples

values = st.lists(st.integers(-50, 50).map(float), min_size=2, max_size=12)


@given(values, values)
def test_it_is_the_test_that_others_compute(first, second):
    found = compare_samples(first, second)
    if len({*first, *second}) == 1:
        assert (found.higher, found.p) == (0.5, 1.0)
        return
    exact = len({*first, *second}) == len(first) + len(second)
    other = mannwhitneyu(first, second, method="exact" if exact else "asymptotic")
    assert found.p == pytest.approx(min(1.0, float(other.pvalue)))
    assert found.higher == pytest.approx(float(other.statistic) / (len(first) * len(second)))


def test_the_exact_p_counts_all_orders():
    first, second = [1.0, 2.0, 4.0], [3.0, 5.0, 6.0, 7.0]
    everything = [*first, *second]

    def statistic(chosen):
        rest = [x for x in everything if x not in chosen]
        return sum(a > b for a in chosen for b in rest)

    far = statistic(first)
    count = sum(statistic(chosen) <= far for chosen in combinations(everything, 3))
    assert compare_samples(first, second).p == pytest.approx(2 * count / 35)


@given(values, values)
def test_the_other_way_round_it_says_the_same(first, second):
    one, other = compare_samples(first, second), compare_samples(second, first)
    assert one.p == pytest.approx(other.p)
    assert one.higher == pytest.approx(1 - other.higher)


def test_one_value_is_no_sample():
    assert compare_samples([1.0], [2.0, 3.0]) is None


def test_holm():
    assert adjust_by_holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert adjust_by_holm([]) == []
    assert adjust_by_holm([0.9, 0.8]) == [1.0, 1.0]
