"""What is to be laid out: flows between facilities and distances between places, symmetric and in whole numbers."""

import numpy as np

from evo.judging import draw_seed


def layout(family, draw, n, params):
    """Return (flows, distances), each (n, n) with zeros on the diagonal. Equal arguments give equal layouts.

    Args:
        family: a key of `FAMILIES`.
        draw: number of the layout.
        n: facilities, and places.
        params: the judge's, for the secret of a run.
    """
    rng = np.random.default_rng(draw_seed(f"layout, {family}/{draw}/{n}", params))
    flows, distances = FAMILIES[family](n, rng)
    order = rng.permutation(n)
    return whole(flows), whole(distances)[np.ix_(order, order)]


def uniform(n, rng):
    """Both drawn evenly from 0 to 99, as E. Taillard's tai20a and others of that name."""
    return rng.integers(0, 100, (n, n)), rng.integers(0, 100, (n, n))


def grid(n, rng):
    """Places on a grid, ways along its lines, and flows between half of all pairs, as C. Nugent and others have it."""
    columns = int(np.ceil(np.sqrt(n)))
    places = np.stack(np.divmod(np.arange(n), columns), axis=1)
    flows = rng.integers(1, 11, (n, n)) * (rng.random((n, n)) < 0.5)
    return flows, 10 * np.abs(places[:, None] - places[None]).sum(axis=2)


def plants(n, rng):
    """Places in towns, and flows of very different size, as Taillard's tai20b and others of that name."""
    towns = 1000 * rng.random((4, 2))
    places = towns[rng.integers(0, 4, n)] + 60 * rng.standard_normal((n, 2))
    flows = 10 ** (4 * rng.random((n, n)) - 1)
    return flows, np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))


def wires(n, rng):
    """Places along a branching cable, and few parts that are wired to each other; in the hold-out alone."""
    distances = np.zeros((n, n))
    for place in range(1, n):
        joint, length = rng.integers(max(0, place - 4), place), rng.integers(1, 10)
        distances[place, :place] = distances[:place, place] = distances[joint, :place] + length
    flows = np.zeros((n, n))
    for part in range(1, n):
        flows[rng.integers(0, part), part] = rng.integers(1, 20)
    extra = np.sort(rng.integers(0, n, (n // 2, 2)), axis=1)
    flows[extra[:, 0], extra[:, 1]] += rng.integers(1, 10, len(extra))
    return flows, distances


FAMILIES = {"uniform": uniform, "grid": grid, "plants": plants, "wires": wires}


def whole(values):
    """Return a symmetric matrix of whole numbers with zeros on the diagonal: of each pair the upper entry, rounded."""
    upper = np.triu(np.rint(values), 1).astype(np.int64)
    return upper + upper.T
