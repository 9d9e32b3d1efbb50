"""Points and the queries that nobody sees: drawn from text and, for hold-outs, a run's secret; or a user's own."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from evo.judging import draw_seed

OWN = Path(__file__).parent / "own" / "points.npy"
"""Where a user puts points: an array (n, d) of numbers, of which some become queries."""
MOST = 20_000
"""Points of a user's own that are used."""


class Cloud(NamedTuple):
    """Points and queries.

    Attributes:
        points: (n, d) doubles.
        queries: (q, d), of the same kind, none of them among the points.
    """

    points: np.ndarray
    queries: np.ndarray


def cloud(family, draw, n, queries, params):
    """Return one drawn cloud, or the user's where the family is "own"."""
    rng = np.random.default_rng(draw_seed(f"cloud, {family}/{n}/{draw}", params))
    if family == "own" and OWN.exists():
        return own(queries, rng)
    points, asked = FAMILIES["clusters" if family == "own" else family](n, queries, rng)
    return Cloud(points, asked)


def own(queries, rng):
    """Return the user's points, some of them as queries.

    Raises:
        ValueError: the file does not hold what it should.
    """
    held = np.load(OWN, allow_pickle=False)
    least = 10 * queries
    if held.ndim != 2 or held.dtype.kind not in "fiu" or not np.isfinite(held).all() or len(held) < least:
        raise ValueError(
            f"{OWN}: expected finite numbers of shape (n, d), n at least {least}, got {held.dtype} of {held.shape}"
        )
    order = rng.permutation(len(held))[:MOST]
    return Cloud(held[order[queries:]].astype(float), held[order[:queries]].astype(float))


def clusters(n, queries, rng):
    """Thirty clusters in 16 dimensions, each stretched in directions of its own."""
    count, d = 30, 16
    centres = rng.normal(0, 3, (count, d))
    shapes = rng.normal(size=(count, d, d)) * np.exp(rng.normal(0, 0.7, (count, 1, d))) / d**0.5
    which = rng.choice(count, n + queries, p=rng.dirichlet(np.full(count, 3.0)))
    found = centres[which] + np.einsum("nij,nj->ni", shapes[which], rng.normal(size=(n + queries, d)))
    return found[:n], found[n:]


def gaussian(n, queries, rng):
    """A Gaussian in 24 dimensions whose variances fall off, around 20 centres."""
    d = 24
    sizes = 1.5 / np.arange(1, d + 1) ** 0.75
    centres = rng.normal(size=(20, d)) * sizes
    which = rng.integers(20, size=n + queries)
    found = 0.7 * centres[which] + rng.normal(size=(n + queries, d)) * sizes
    return found[:n], found[n:]


def manifold(n, queries, rng):
    """A curved surface of few dimensions in 48, with a little noise."""
    inner, d = 5, 48
    first, second = rng.normal(size=(inner, d)), rng.normal(size=(d, d)) / d**0.5
    places = rng.uniform(-1.5, 1.5, (n + queries, inner))
    bent = np.sin(np.einsum("ni,ij->nj", places, first))
    found = np.einsum("ni,ij->nj", bent, second) + 0.05 * rng.normal(size=(n + queries, d))
    return found[:n], found[n:]


def shifted(n, queries, rng):
    """Queries that lie elsewhere: the same clusters, but others of them are frequent, and all are a little aside."""
    points, asked = clusters(n + 4 * queries, queries, rng)
    moved = points[n:] + rng.normal(0, 0.3, points[n:].shape) + 0.5
    far = np.argsort(-((moved - points[:n].mean(axis=0)) ** 2).sum(axis=1), kind="stable")
    return points[:n], np.concatenate([moved[far[: queries // 2]], asked[: queries - queries // 2] + 0.3])


FAMILIES = {"clusters": clusters, "gaussian": gaussian, "manifold": manifold, "shifted": shifted}
