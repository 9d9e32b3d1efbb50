"""Benchmark tasks as points: what three optimisers reach on each; drawn from text and, for hold-outs, a secret."""

import numpy as np

from evo.judging import draw_seed

GRID = 1000
"""Coordinates are whole thousandths of the cube's side."""


def tasks(family, draw, n, params):
    """Return the coordinates of n tasks, whole numbers in [0, GRID] of shape (n, 3)."""
    rng = np.random.default_rng(draw_seed(f"benchmark subset, {family}/{n}/{draw}", params))
    return np.rint(GRID * FAMILIES[family](n, rng)).astype(np.int64)


def ranked(values):
    """Return values as their ranks in (0, 1), each column by itself."""
    return (values.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") + 0.5) / len(values)


def uniform(n, rng):
    """Tasks everywhere alike."""
    return rng.random((n, 3))


def correlated(n, rng):
    """What is hard for one optimiser is mostly hard for the others."""
    hard = rng.normal(size=(n, 1))
    return ranked(0.7 * hard + rng.normal(size=(n, 3)))


def suites(n, rng):
    """Eight suites of tasks, those of a suite alike."""
    centres = rng.random((8, 3))
    return ranked(centres[rng.integers(8, size=n)] + rng.normal(0, 0.15, (n, 3)))


def extremes(n, rng):
    """Most tasks are solved by an optimiser or not at all."""
    return rng.beta(0.5, 0.5, (n, 3))


def rounded(n, rng):
    """Scores that were reported in twentieths, so that many tasks share a coordinate."""
    return np.rint(20 * correlated(n, rng)) / 20


def cube(n, rng):
    """The eight corners of a smaller cube, which cases can be reckoned on by hand."""
    return np.array([[x, y, z] for x in (0.25, 0.75) for y in (0.25, 0.75) for z in (0.25, 0.75)])


FAMILIES = {
    "uniform": uniform,
    "correlated": correlated,
    "suites": suites,
    "extremes": extremes,
    "rounded": rounded,
    "cube": cube,
}
