"""Sampled moments and updates against the exact laws, within six standard errors; and the laws' own slopes."""

from __future__ import annotations

import numpy as np
import pytest

from evo.eggroll.laws import cubic_error, expected_ridge_update, log_slope, ridge_bias, variance_ratio
from evo.eggroll.leaves import leaves_of
from evo.eggroll.noise import noise_factors

COUNT = 200_000


def perturbations(m, n, rank, count=COUNT, seed=17):
    return leaves_of({"W": (m, n)}, {}, rank=rank, seed=seed, dtype="float64")["W"].noise(0, range(count)).dense()


def within(samples, expected, errors=6.0):
    """Tell whether the mean over the first axis is within so many standard errors."""
    error = samples.std(axis=0) / np.sqrt(len(samples))
    return bool((np.abs(samples.mean(axis=0) - expected) <= errors * error).all())


@pytest.mark.parametrize("rank", [1, 2, 5])
def test_moments(rank):
    e = perturbations(3, 2, rank)
    assert within(e, 0)
    assert within(e**2, 1)
    assert within(e**3, 0)
    assert within(e**4, 3 + 6 / rank)
    assert within(e[:, 0, 0] ** 2 * e[:, 0, 1] ** 2, 1 + 2 / rank)
    assert within(e[:, 0, 0] * e[:, 0, 1] * e[:, 1, 0] * e[:, 1, 1], 1 / rank)
    assert within(e[:, 0, 0] * e[:, 0, 1], 0)


@pytest.mark.parametrize("rank", [1, 2, 4, None])
@pytest.mark.parametrize("shape", [(4, 3), (1, 5)])
def test_the_expected_update_of_a_ridge(shape, rank):
    g = np.random.default_rng(1).standard_normal(shape)
    g *= 1.3 / np.linalg.norm(g)
    e = perturbations(*shape, rank)
    update = np.sin((e * g).sum(axis=(1, 2)))[:, None, None] * e
    assert within(update, expected_ridge_update(g, rank))
    if rank == 1 and min(shape) > 1:  # the test can tell the laws apart
        assert not within(update, expected_ridge_update(g, None))


@pytest.mark.parametrize(("m", "n", "rank"), [(4, 3, 1), (4, 3, 4), (12, 9, 1), (12, 9, 2)])
def test_the_variance_of_the_estimate(m, n, rank):
    g = np.random.default_rng(2).standard_normal((m, n))
    g /= np.linalg.norm(g)
    a, b = noise_factors(seed=17, leaf="W", step=0, pairs=range(COUNT), m=m, n=n, r=rank, dtype="float64")
    square = ((a @ a.swapaxes(1, 2)) * (b @ b.swapaxes(1, 2))).sum(axis=(1, 2)) / rank
    slope = ((a @ g) * b).sum(axis=(1, 2)) / np.sqrt(rank)
    assert within(square * slope**2, 1 + (m * n + 1) * variance_ratio(m, n, rank))


def test_linear_and_quadratic_fitness_have_no_bias():
    e = perturbations(3, 4, 1)
    g = np.random.default_rng(3).standard_normal((3, 4))
    linear = (e * g).sum(axis=(1, 2))
    assert within(linear[:, None, None] * e, g)
    assert within((linear**2)[:, None, None] * e, 0)


@pytest.mark.parametrize("shape", [(4, 3), (16, 16), (64, 64)])
@pytest.mark.parametrize("rank_one", [True, False])
def test_the_bias_falls_as_one_over_the_rank(shape, rank_one):
    rng = np.random.default_rng(4)
    g = (
        np.outer(rng.standard_normal(shape[0]), rng.standard_normal(shape[1]))
        if rank_one
        else rng.standard_normal(shape)
    )
    ranks = np.array([8, 16, 32, 64, 128])
    biases = np.array([ridge_bias(g / np.linalg.norm(g), int(r)) for r in ranks])
    assert log_slope(ranks, biases) == pytest.approx(-1, abs=0.05)


def test_the_bias_at_rank_one_falls_with_the_dimension():
    sizes = [4, 8, 16, 32, 64]
    gs = [np.random.default_rng(s).standard_normal((s, s)) for s in sizes]
    biases = [ridge_bias(g / np.linalg.norm(g), 1) for g in gs]
    assert biases == sorted(biases, reverse=True)
    assert biases[-1] < 0.04


def test_cubic_error_is_critical_at_the_root_of_the_dimension():
    assert cubic_error(64**-0.5, 64) == pytest.approx(66 / 64)
