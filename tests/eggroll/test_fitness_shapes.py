"""Weights from fitness: their values, what they do not depend on, and what broken members get."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evo.eggroll import centred_rank, grouped_zscore, pair_sign, repair, zscore

ALL = {"zscore": zscore, "rank": centred_rank, "sign": pair_sign, "grouped": lambda f: grouped_zscore(f, group_size=2)}
fitnesses = st.lists(st.integers(-1000, 1000), min_size=2, max_size=20).map(
    lambda f: np.array(f[: len(f) // 2 * 2], float)
)


def test_zscore():
    np.testing.assert_allclose(zscore(np.array([1.0, 2.0, 3.0])), np.array([-1, 0, 1]) / np.sqrt(2 / 3))


def test_grouped_zscore_has_the_mean_of_the_group_and_the_scale_of_all():
    f = np.array([0.0, 2.0, 10.0, 14.0])
    np.testing.assert_allclose(grouped_zscore(f, group_size=2), np.array([-1, 1, -2, 2]) / f.std())


def test_centred_rank_shares_ties():
    np.testing.assert_allclose(centred_rank(np.array([5.0, 1.0, 5.0, 9.0])), [0, -0.5, 0, 0.5])


def test_pair_sign():
    assert pair_sign(np.array([2.0, 1.0, 1.0, 1.0, 0.0, 3.0])).tolist() == [1, -1, 0, 0, -1, 1]


@pytest.mark.parametrize("name", ALL)
@given(f=fitnesses, scale=st.sampled_from([1e-9, 0.5, 3.0, 1e9]), shift=st.integers(-5, 5))
@settings(max_examples=40, deadline=None)
def test_scale_and_offset_do_not_matter(name, f, scale, shift):
    shape = ALL[name]
    np.testing.assert_allclose(shape(f * scale + shift * scale), shape(f), atol=1e-6)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", [0.0, 0.1, 1e308, -3.0])
def test_equal_members_weigh_exactly_nothing(name, value):
    assert not ALL[name](np.full(6, value)).any()


@pytest.mark.parametrize("name", ALL)
def test_huge_fitness_gives_finite_weights(name):
    assert np.isfinite(ALL[name](np.array([-1e308, 1e308, 0.0, 5.0]))).all()


def test_a_group_of_equals_weighs_nothing_beside_others():
    assert grouped_zscore(np.array([0.1, 0.1, 5.0, 6.0]), group_size=2)[:2].tolist() == [0, 0]


@example(f=[0.0, 0.0, float("inf"), -1.2e308])
@given(f=st.lists(st.floats(), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_repair_is_finite_and_puts_the_broken_last(f):
    told = np.array(f)
    repaired, finite = repair(told), np.isfinite(told)
    assert np.isfinite(repaired).all()
    assert np.array_equal(repaired[finite], told[finite])
    if finite.any() and not finite.all() and told[finite].min() > -1e300:
        assert repaired[~finite].max() < told[finite].min()


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_broken_members_rank_last(broken):
    assert centred_rank(repair(np.array([3.0, broken, 1.0, 2.0]))).argmin() == 1
    assert centred_rank(repair(np.array([3.0, broken, 3.0, 3.0]))).argmin() == 1
