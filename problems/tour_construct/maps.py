"""Maps of cities: where they lie, and how far apart they are, in whole numbers."""

import numpy as np

from evo.judging import draw_seed

SIDE = 1_000_000
"""Side of the square, in the unit of all lengths."""


def cities(family, draw, n, params):
    """Return the places of cities: whole numbers, (n, 2). Equal arguments give equal maps.

    Args:
        family: a key of `FAMILIES`.
        draw: number of the map.
        n: cities.
        params: the judge's, for the secret of a run.
    """
    rng = np.random.default_rng(draw_seed(f"tour, {family}/{draw}/{n}", params))
    places = FAMILIES[family](n, rng)
    return np.clip(np.rint(SIDE * rng.permutation(places)), 0, SIDE).astype(np.int64)


def uniform(n, rng):
    """Cities anywhere in the square, as in the papers."""
    return rng.random((n, 2))


def clustered(n, rng):
    """Cities around five to eight towns of different size."""
    towns = rng.random((rng.integers(5, 9), 2))
    sizes = rng.uniform(0.02, 0.09, len(towns))
    which = rng.integers(0, len(towns), n)
    return towns[which] + sizes[which, None] * rng.standard_normal((n, 2))


def lattice(n, rng):
    """Crossings of a grid of streets, some of them, each a little beside its place."""
    side = int(np.ceil(np.sqrt(1.3 * n)))
    chosen = rng.permutation(side * side)[:n]
    return (np.stack([chosen // side, chosen % side], axis=1) + 0.5 + 0.08 * rng.standard_normal((n, 2))) / side


def roads(n, rng):
    """Cities along four to six straight roads that cross; in the hold-out alone."""
    ends = rng.random((rng.integers(4, 7), 2, 2))
    which, along = rng.integers(0, len(ends), n), rng.random((n, 1))
    return ends[which, 0] * (1 - along) + ends[which, 1] * along + 0.005 * rng.standard_normal((n, 2))


FAMILIES = {"uniform": uniform, "clustered": clustered, "lattice": lattice, "roads": roads}


def distances(places):
    """Return the distances of all pairs, each rounded to the nearest whole number: (n, n).

    The square of a distance is exact below 2**53, its root is correctly rounded, and no root of a whole number lies
    within 1e-8 of a half: so the rounding is exact.
    """
    apart = places[:, None, :] - places[None, :, :]
    return np.rint(np.sqrt((apart * apart).sum(axis=2).astype(float))).astype(np.int64)
