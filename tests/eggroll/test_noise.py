"""The noise of a pair is a function of (seed, leaf, step, pair) and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.eggroll import gaussian, int8_gaussian, noise_factors, rademacher
from evo.eggroll.noise import NUMBERS_PER_BLOCK, NoiseStream

SAMPLERS = [(gaussian, "float32"), (gaussian, "float64"), (rademacher, "float32"), (int8_gaussian, "int8")]


def stream(*, seed=0, leaf="W", size=7, dtype="float32", sample=gaussian):
    return NoiseStream(seed=seed, leaf=leaf, size=size, dtype=np.dtype(dtype), sample=sample)


@pytest.mark.parametrize(("sample", "dtype"), SAMPLERS)
@given(size=st.sampled_from([1, 5, 37, 5000, NUMBERS_PER_BLOCK + 1]), data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_order_and_any_slice_give_the_same_numbers(sample, dtype, size, data):
    noise = stream(size=size, dtype=dtype, sample=sample)
    top = 100 if size < 1000 else 20
    pairs = data.draw(st.lists(st.integers(0, top - 1), min_size=1, max_size=6))
    start = data.draw(st.integers(0, top - 1))
    stop = data.draw(st.integers(start, top))
    whole = noise.draw(3, range(top))
    assert np.array_equal(noise.draw(3, pairs), whole[pairs])
    assert np.array_equal(noise.draw(3, range(start, stop)), whole[start:stop])


def test_a_larger_population_begins_with_the_smaller_one():
    assert np.array_equal(stream().draw(0, range(5)), stream().draw(0, range(5000))[:5])


@pytest.mark.parametrize("other", [{"seed": 1}, {"leaf": "V"}])
def test_seeds_and_leaves_have_noise_of_their_own(other):
    mine, theirs = stream().draw(0, range(500)), stream(**other).draw(0, range(500))
    assert not np.intersect1d(mine, theirs).size


def test_steps_and_pairs_have_noise_of_their_own():
    drawn = np.concatenate([stream(dtype="float64").draw(step, range(200)) for step in range(3)])
    assert len(np.unique(drawn)) == drawn.size


@pytest.mark.parametrize("sample", [gaussian, rademacher])
def test_unit_variance_and_symmetry(sample):
    drawn = stream(size=40, dtype="float64", sample=sample).draw(0, range(10_000)).ravel()
    error = 1 / np.sqrt(drawn.size)
    assert abs(drawn.mean()) < 6 * error
    assert abs((drawn**3).mean()) < 6 * error * np.sqrt((drawn**6).mean())
    assert abs((drawn**2).mean() - 1) < 6 * error * np.sqrt(2)


def test_int8_noise_is_sixteen_times_standard_normal():
    drawn = stream(size=40, dtype="int8", sample=int8_gaussian).draw(0, range(10_000)).astype(float)
    assert drawn.std() == pytest.approx(np.sqrt(256 + 1 / 12), rel=0.01)
    assert np.abs(drawn).max() <= 127


def test_factors_are_the_columns_of_a_and_b_as_rows():
    a, b = noise_factors(seed=1, leaf="W", step=2, pairs=[4, 0], m=3, n=5, r=2, dtype="float64")
    assert a.shape == (2, 2, 3)
    assert b.shape == (2, 2, 5)
    alone, _ = noise_factors(seed=1, leaf="W", step=2, pairs=range(1), m=3, n=5, r=2, dtype="float64")
    assert np.array_equal(a[1], alone[0])
