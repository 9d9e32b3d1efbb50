"""What low-rank noise does in expectation, in closed form: the yardsticks of the tests and of the bench.

With E = A^T B / sqrt(r), A and B standard normal, E_ij has mean 0 and variance 1 for every r, and

    E[E_ij^4] = 3 + 6/r      E[E_ij^2 E_ik^2] = 1 + 2/r      E[E_ij E_il E_kj E_kl] = 1/r,  i != k, j != l.

Odd moments vanish, so linear and quadratic fitness have no bias at any r; the ridge f(E) = sin<G, E> has one.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evo.eggroll.arrays import Array


def expected_ridge_update(g: Array, rank: int | None) -> Array:
    """Return E[E sin<G, E>], m x n, exactly.

    The characteristic function of <G, E> is prod_j (1 + s_j^2/r)^(-r/2) over the singular values s_j of G, and the
    expectation is minus its gradient in G:

        U diag(s_j / (1 + s_j^2/r)) V^T prod_j (1 + s_j^2/r)^(-r/2),      at full rank  G exp(-|G|^2/2).

    Args:
        g: (m, n).
        rank: r >= 1, or None for full rank.
    """
    u, s, vt = np.linalg.svd(g, full_matrices=False)
    if rank is None:
        return g * exp(-float(s @ s) / 2)
    shrink = np.exp(-rank / 2 * np.log1p(s * s / rank).sum())
    return (u * (s / (1 + s * s / rank))) @ vt * shrink


def ridge_bias(g: Array, rank: int) -> float:
    """Return how far the expected update at rank r is from the one at full rank, relative, in the Frobenius norm."""
    full = expected_ridge_update(g, None)
    return float(np.linalg.norm(expected_ridge_update(g, rank) - full) / np.linalg.norm(full))


def variance_ratio(m: int, n: int, rank: int) -> float:
    """Return the variance of <G, E> E, a member's estimate for linear fitness, at rank r over that at full rank.

    The second moment is E|<G, E> E|^2 = |G|^2 (m n + 2 + (2 (m + n) + 2) / r), the mean is G, so for every G the ratio
    is 1 + (2 (m + n) + 2) / (r (m n + 1)): much for tiny matrices, little for large ones.
    """
    return 1 + (2 * (m + n) + 2) / (rank * (m * n + 1))


def cubic_error(sigma: float, d: int) -> float:
    """Return the relative error of the expected estimate for f(x) = <g, x> (1 + |x|^2) at 0 in d dimensions.

    E[f(sigma z) z] / sigma = g (1 + sigma^2 (d + 2)): vanishing iff sigma = o(d^-1/2), the threshold of theorem 1.
    """
    return sigma * sigma * (d + 2)


def log_slope(x: Array, y: Array) -> float:
    """Return the least-squares slope of log y against log x."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])
