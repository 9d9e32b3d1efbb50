"""Streams of rows of which few are heavy: drawn from text and, for hold-outs, a run's secret."""

import numpy as np

from evo.judging import draw_seed

STEPS = 300
"""Of the power method behind the true eigenvector; the gap of every drawn stream is far above what they need."""


def stream(family, draw, params):
    """Return the rows of a stream, doubles of shape (rows, d), in the order of their coming."""
    rng = np.random.default_rng(draw_seed(f"stream eigenvector, {family}/{draw}", params))
    return FAMILIES[family](params["rows"], params["d"], rng)


def leading(rows):
    """Return the leading eigenvector of rows' Gram matrix, and by what factor its eigenvalue is the second one's.

    Sums are in a fixed order, without BLAS, so that no digit depends on the number of threads.
    """
    gram = np.einsum("ni,nj->ij", rows, rows)
    first = power(gram, np.ones(len(gram)))
    one = np.einsum("i,ij,j", first, gram, first)
    rest = gram - one * first[:, None] * first
    second = power(rest, np.arange(1.0, len(gram) + 1))
    return first, float(one / np.einsum("i,ij,j", second, gram, second))


def power(gram, vector):
    """Return a unit vector after so many steps of the power method."""
    for _ in range(STEPS):
        vector = np.einsum("ij,j->i", gram, vector)
        vector = vector / np.sqrt((vector**2).sum())
    return vector


def direction(d, rng):
    """Return a unit vector by lot."""
    found = rng.normal(size=d)
    return found / np.sqrt((found**2).sum())


def light(n, d, rng):
    """Return Gaussian rows: one direction has nearly twice the variance of seven others, all more than the rest."""
    spread = np.sqrt(np.concatenate([[3.0], np.full(7, 1.6), np.full(d - 8, 0.3)]))
    base = turned(d, rng)
    return np.einsum("nk,dk->nd", rng.normal(size=(n, d)) * spread, base)


def turned(d, rng):
    """Return an orthogonal matrix by lot, as a product of reflections in a fixed order of sums."""
    base = np.eye(d)
    for _ in range(d):
        mirror = direction(d, rng)
        base = base - 2 * np.einsum("ij,j->i", base, mirror)[:, None] * mirror
    return base


def few_heavy(n, d, rng):
    """Thirty rows of any direction weigh as much as hundreds of others."""
    rows = light(n, d, rng)
    rows[rng.choice(n, 30, replace=False)] = 11 * np.stack([direction(d, rng) for _ in range(30)])
    return rows


def leaning(n, d, rng):
    """Forty heavy rows that lean to one side, and to another one than the light ones."""
    rows = light(n, d, rng)
    aside = direction(d, rng)
    heavy = np.stack([direction(d, rng) + 0.8 * aside * rng.choice([-1, 1]) for _ in range(40)])
    rows[rng.choice(n, 40, replace=False)] = 9 * heavy
    return rows


def tailed(n, d, rng):
    """Rows whose lengths have a heavy tail: each is divided by the root of a gamma variable, as in Student's law."""
    rows = light(n, d, rng)
    return rows / np.sqrt(np.maximum(rng.gamma(1.5, 1 / 1.5, (n, 1)), 0.05))


def late(n, d, rng):
    """Heavy rows that all come in the last third, when most of the stream is gone."""
    rows = few_heavy(n, d, rng)
    heavy = (rows**2).sum(axis=1) > 100
    return np.concatenate(
        [rows[~heavy][: 2 * n // 3], rng.permutation(np.concatenate([rows[heavy], rows[~heavy][2 * n // 3 :]]))]
    )


def corners(n, d, rng):
    """Heavy rows with few entries, which share coordinates."""
    rows = light(n, d, rng)
    for place in rng.choice(n, 40, replace=False):
        rows[place] = 0
        rows[place, rng.choice(d // 2, 3, replace=False)] = 6 * rng.choice([-1, 1], 3)
    return rows


def plain(n, d, rng):
    """Two directions, which cases can be reckoned by hand on: the first has four times the weight of the second."""
    rows = np.zeros((n, d))
    rows[::2, 0], rows[1::2, 1] = 2.0, 1.0
    return rows


FAMILIES = {
    "few_heavy": few_heavy,
    "leaning": leaning,
    "tailed": tailed,
    "late": late,
    "corners": corners,
    "plain": plain,
}
