"""Sequences of related linear systems in a basis that nobody is told: drawn from text and perhaps a run's secret."""

import numpy as np
from scipy.fft import dct, idct

from evo.judging import draw_seed

MODES = 7
"""Cosines in each direction that make up the logarithm of a coefficient; the constant one is left out."""

FAMILIES = {
    "smooth": {"decay": 1.5, "size": 1.0},
    "rough": {"decay": 0.75, "size": 1.0},
    "phases": {"decay": 1.0, "size": 1.0, "contrast": 12.0},
    "walk": {"decay": 1.0, "size": 1.0, "near": 0.95},
}
"""How soon the cosines fade, and their size; contrast of two materials; how near each field is to the one before."""


class Sequence:
    """Symmetric positive definite systems `A_i x = b_i`, scaled to a diagonal of ones, and then turned.

    Every matrix is -div(a grad) on a grid of side x side points with u = 0 around it, and a log-normal or two-phase
    `a` of its own. Both sides are turned by one orthogonal matrix, signs and cosine transforms twice with a shuffle
    between, so that no entry is 0 and a product with a unit vector tells one column and no more.

    Attributes:
        features: (systems, MODES^2 - 1): what makes each field, after a turn of its own; distances stay.
        rights: (systems, n), of length 1.
    """

    def __init__(self, family, draw, params):
        self.side, count = params["side"], params["systems"]
        self.n = self.side**2
        rng = np.random.default_rng(draw_seed(f"related systems, {family}/{self.side}/{count}/{draw}", params))
        about = FAMILIES[family]
        weights = coefficients(about, count, rng)
        fields = [field(each, self.side + 1, about) for each in weights]
        self._stencils = [stencil(each) for each in fields]
        turn, _ = np.linalg.qr(rng.normal(size=(weights.shape[1],) * 2))
        self.features = np.einsum("ij,jk->ik", weights, turn)
        self._signs = rng.choice((-1.0, 1.0), (3, self.n))
        self._shuffle = rng.permutation(self.n)
        self._back = np.argsort(self._shuffle)
        rights = rng.normal(size=(count, self.n))
        self.rights = rights / np.sqrt((rights * rights).sum(axis=1, keepdims=True))

    def product(self, i, x):
        """Return A_i x; sums are in a fixed order, so that no number of threads changes a digit."""
        centre, east, north = self._stencils[i]
        u = self._inwards(x).reshape(self.side, self.side)
        found = centre * u
        found[:, :-1] -= east * u[:, 1:]
        found[:, 1:] -= east * u[:, :-1]
        found[:-1] -= north * u[1:]
        found[1:] -= north * u[:-1]
        return self._outwards(found.ravel())

    def residual(self, i, x):
        """Return the length of b_i - A_i x; that of b_i is 1."""
        rest = self.rights[i] - self.product(i, x)
        return float(np.sqrt((rest * rest).sum()))

    def _outwards(self, u):
        first, second, third = self._signs
        return third * dct(second * dct(first * u, norm="ortho")[self._shuffle], norm="ortho")

    def _inwards(self, x):
        first, second, third = self._signs
        return first * idct((second * idct(third * x, norm="ortho"))[self._back], norm="ortho")


def coefficients(about, count, rng):
    """Return the weights of the cosines of each field, (systems, MODES^2 - 1)."""
    across, along = np.meshgrid(np.arange(MODES), np.arange(MODES), indexing="ij")
    fading = (across**2 + along**2).ravel()[1:] ** (-about["decay"] / 2.0)
    found = rng.normal(size=(count, len(fading)))
    near = about.get("near", 0.0)
    for i in range(1, count):
        found[i] = near * found[i - 1] + (1 - near**2) ** 0.5 * found[i]
    return about["size"] * fading * found


def field(weights, side, about):
    """Return the coefficient at side x side places: an exponential of cosines, or two phases by their sign."""
    places = (np.arange(side) + 0.5) / side
    cosines = np.cos(np.pi * np.arange(MODES)[:, None] * places)
    found = np.einsum("ab,ax,by->xy", np.concatenate([[0.0], weights]).reshape(MODES, MODES), cosines, cosines)
    return np.where(found > 0, about["contrast"], 1.0) if "contrast" in about else np.exp(found)


def stencil(a):
    """Return (centre, east, north) of -div(a grad) scaled to a diagonal of ones, from a at the corners of the cells."""
    east, north = (a[1:] + a[:-1]) / 2, (a[:, 1:] + a[:, :-1]) / 2  # Between neighbours, rim included.
    left, right = east[:, :-1], east[:, 1:]
    above, below = north[1:], north[:-1]
    centre = right + left + above + below
    root = np.sqrt(centre)
    scaled_east = right[:, :-1] / (root[:, :-1] * root[:, 1:])
    scaled_north = above[:-1] / (root[:-1] * root[1:])
    return np.ones_like(centre), scaled_east, scaled_north
