"""The operations on trial. The bench takes them as a value, so that a wrong one can be put in to see it fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.noise import noise_factors
from evo.eggroll.perturbation import lowrank_linear, lowrank_update

if TYPE_CHECKING:
    from collections.abc import Callable

    from evo.eggroll.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """What the low-rank strategy is made of; shapes as in the functions that are the defaults."""

    factors: Callable[..., tuple[Array, Array]] = noise_factors
    linear: Callable[[Array, Array, Array, Array, float], Array] = lowrank_linear
    update: Callable[[Array, Array, Array], Array] = lowrank_update


def materialised_linear(x: Array, weight: Array, a: Array, b: Array, scale: float) -> Array:
    """Do as `lowrank_linear` does, by writing out every member's matrix: the naive way, and the sabotage."""
    e = a.swapaxes(1, 2) @ b / a.dtype.type(np.sqrt(a.shape[1]))
    return materialised_members(x, weight, e, scale)


def materialised_members(x: Array, weight: Array, e: Array, scale: float) -> Array:
    """Return x_i (W + s_i sigma E_p)^T member by member: x (2P, k, n), e (P, m, n) -> (2P, k, m)."""
    out = np.empty((*x.shape[:2], len(weight)), weight.dtype)
    step = weight.dtype.type(scale)
    for pair, noise in enumerate(e):
        for member, sign in enumerate((step, -step)):
            index = 2 * pair + member
            out[index] = x[index] @ (weight + sign * noise).T
    return out


DENSE = Kernels(
    linear=materialised_linear,
    update=lambda weights, a, b: np.tensordot(weights, a.swapaxes(1, 2) @ b, axes=1) / np.sqrt(a.shape[1]),
)
"""The sabotage: right results, dense on the way."""
