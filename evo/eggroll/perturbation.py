"""What a block of noise does to a leaf, without ever forming a perturbed copy of it.

For P pairs the unit-variance perturbations of a leaf are E_1 .. E_P. Two kinds share one set of operations:

    LowRank   E_p = A_p^T B_p / sqrt(r)      matrices; A_p is r x m, B_p is r x n  (eq. 3 of the paper, transposed)
    Dense     E_p itself                     vectors, other shapes, and the full-rank strategy

Source: Sarkar et al. 2025, "Evolution Strategies at the Hyperscale", arXiv:2511.16652, sections 4.1 and 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from evo.eggroll.arrays import Array


SHARED = 2
"""Axes of an input that all members share; own inputs have one more in front."""


class Perturbation(Protocol):
    """The perturbations of one leaf for P pairs.

    Inputs called *shared* are the same for all pairs; *own* inputs have a leading axis of P.
    """

    def __len__(self) -> int:
        """Return P."""
        ...

    def cut(self, start: int, stop: int) -> Perturbation:
        """Return the pairs in [start, stop) as a view."""
        ...

    def project(self, x: Array, gain: Array) -> Array:
        """Return gain x E_p^T: x (k, n) shared or (P, k, n) own, gain (k, 1) or (1, 1) -> (P, k, m), a fresh array."""
        ...

    def project_t(self, x: Array, gain: Array) -> Array:
        """Return gain x E_p: x (k, m) shared or (P, k, m) own, gain (k, 1) or (1, 1) -> (P, k, n), a fresh array."""
        ...

    def rows(self, index: Array) -> Array:
        """Return the rows E_p[index]: index (k,) shared or (P, k) own, integers -> (P, k, n)."""
        ...

    def weighted_sum(self, weights: Array) -> Array:
        """Return sum_p weights_p E_p, of the leaf's shape; weights (P,)."""
        ...

    def dense(self) -> Array:
        """Return every E_p, (P, *shape): for small leaves and for checking."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LowRank:
    """Matrices of rank r: E_p = a_p^T b_p / sqrt(r).

    Attributes:
        a: (P, r, m).
        b: (P, r, n).
    """

    a: Array
    b: Array

    def __len__(self) -> int:
        return len(self.a)

    @property
    def rank(self) -> int:
        """The rank r."""
        return self.a.shape[1]

    def cut(self, start: int, stop: int) -> LowRank:
        """Return the pairs in [start, stop) as a view."""
        return LowRank(self.a[start:stop], self.b[start:stop])

    def project(self, x: Array, gain: Array) -> Array:
        """Return gain x E_p^T = (gain / sqrt(r)) (x b_p^T) a_p."""
        return _through(x, self.b, self.a, gain)

    def project_t(self, x: Array, gain: Array) -> Array:
        """Return gain x E_p = (gain / sqrt(r)) (x a_p^T) b_p."""
        return _through(x, self.a, self.b, gain)

    def rows(self, index: Array) -> Array:
        """Return E_p[index] = a_p[:, index]^T b_p / sqrt(r)."""
        own = index.ndim > 1
        picked = np.take_along_axis(self.a, index[:, None, :], axis=2) if own else self.a[:, :, index]
        return _outer(picked.swapaxes(1, 2) / picked.dtype.type(sqrt(self.rank)), self.b)

    def weighted_sum(self, weights: Array) -> Array:
        """Return sum_p w_p E_p as one product of m x (P r) and (P r) x n matrices (section 4.2)."""
        pairs, rank, m = self.a.shape
        scaled = np.repeat(weights / sqrt(rank), rank).astype(self.b.dtype)[:, None]
        stacked = self.b.reshape(pairs * rank, -1) * scaled
        return self.a.reshape(pairs * rank, m).T @ stacked

    def dense(self) -> Array:
        """Return every E_p, (P, m, n)."""
        return self.a.swapaxes(1, 2) @ self.b / self.b.dtype.type(sqrt(self.rank))


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """Full noise, one number an entry.

    Attributes:
        e: (P, *shape); the operations on matrices need shape = (m, n).
    """

    e: Array

    def __len__(self) -> int:
        return len(self.e)

    def cut(self, start: int, stop: int) -> Dense:
        """Return the pairs in [start, stop) as a view."""
        return Dense(self.e[start:stop])

    def project(self, x: Array, gain: Array) -> Array:
        """Return gain x E_p^T by a batched product."""
        return (x * gain) @ self.e.swapaxes(1, 2)

    def project_t(self, x: Array, gain: Array) -> Array:
        """Return gain x E_p by a batched product."""
        return (x * gain) @ self.e

    def rows(self, index: Array) -> Array:
        """Return E_p[index]."""
        if index.ndim == 1:
            return self.e[:, index]
        return self.e[np.arange(len(self.e))[:, None], index]

    def weighted_sum(self, weights: Array) -> Array:
        """Return sum_p w_p E_p by streaming through the noise once."""
        return np.tensordot(weights.astype(self.e.dtype), self.e, axes=1)

    def dense(self) -> Array:
        """Return the noise itself."""
        return self.e


def _through(x: Array, into: Array, out_of: Array, gain: Array) -> Array:
    """Return (gain / sqrt(r)) (x into_p^T) out_of_p: into (P, r, i), out_of (P, r, o) -> (P, k, o)."""
    pairs, rank, width = into.shape
    if x.ndim == SHARED:  # all pairs in one matrix product
        inner = (into.reshape(pairs * rank, width) @ x.T).reshape(pairs, rank, len(x)).swapaxes(1, 2)
    else:
        inner = x @ into.swapaxes(1, 2)
    # Scaled here, where there are r numbers a row and not o.
    return _outer(inner * (gain / gain.dtype.type(sqrt(rank))), out_of)


def _outer(inner: Array, out_of: Array) -> Array:
    """Return inner_p out_of_p: (P, k, r) and (P, r, o) -> (P, k, o)."""
    # At rank one a batched product spends its time on P calls of BLAS; a broadcast product is one pass.
    return inner * out_of if inner.shape[2] == 1 else inner @ out_of


def signed_add(base: Array, change: Array, scale: float) -> None:
    """Add +scale and -scale times `change` to the members of each pair, in place.

    Args:
        base: (P, S, ...): S = 2 for antithetic pairs, 1 for members of their own; written to.
        change: (P, ...) where both members of a pair share it, or (P, S, ...) where each has its own.
        scale: sigma.
    """
    own = change.ndim == base.ndim
    for member, sign in enumerate((1, -1)[: base.shape[1]]):
        base[:, member] += (change[:, member] if own else change) * base.dtype.type(sign * scale)


def add_projection(out: Array, x: Array, noise: Perturbation, scale: float, *, transposed: bool = False) -> None:
    """Add s_i sigma x_i E_p(i)^T (or x_i E_p(i)) to every member's output, in place.

    Args:
        out: (P, S, k, o), holding the unperturbed outputs; o is m, or n when transposed.
        x: (k, i), shared by all members, or (P*S, k, i), one block of inputs a member.
        noise: P perturbations.
        scale: sigma.
        transposed: whether the layer computes x W instead of x W^T.
    """
    pairs, members, k, width = out.shape
    project = noise.project_t if transposed else noise.project
    if x.ndim == SHARED:
        change = project(x, np.full((1, 1), scale, out.dtype))
        out[:, 0] += change
        if members > 1:
            out[:, 1] -= change
        return
    gain = np.repeat(np.array([scale, -scale][:members], out.dtype), k)[:, None]
    out += project(x.reshape(pairs, members * k, -1), gain).reshape(pairs, members, k, width)


def perturbed_linear(x: Array, weight: Array, noise: Perturbation, scale: float, *, members: int = 2) -> Array:
    """Return y_i = x_i (W + s_i sigma E_p(i))^T for all members (section 4.2).

    One shared product x W^T, and what the noise adds: at low rank, (sigma / sqrt(r)) (x B) A^T, two skinny products.

    Args:
        x: (k, n), shared by all members, or (P*S, k, n), one block of inputs a member.
        weight: (m, n).
        noise: P perturbations of shape m x n.
        scale: sigma.
        members: S, 2 for antithetic pairs (member 2p is +, 2p+1 is -) or 1.

    Returns:
        (P*S, k, m).
    """
    out = unperturbed(x, weight.T, len(noise) * members)
    add_projection(out.reshape(len(noise), members, *out.shape[1:]), x, noise, scale)
    return out


def unperturbed(x: Array, matrix: Array, population: int) -> Array:
    """Return x_i M for all members as a fresh array (N, k, o): x (k, i) or (N, k, i), M (i, o)."""
    if x.ndim == SHARED:
        return np.broadcast_to(x @ matrix, (population, len(x), matrix.shape[1])).copy()
    return (x.reshape(-1, x.shape[-1]) @ matrix).reshape(*x.shape[:-1], matrix.shape[1])


def lowrank_linear(x: Array, weight: Array, a: Array, b: Array, scale: float, *, members: int = 2) -> Array:
    """Apply `perturbed_linear` with noise factors a (P, r, m) and b (P, r, n)."""
    return perturbed_linear(x, weight, LowRank(a, b), scale, members=members)


def lowrank_update(weights: Array, a: Array, b: Array) -> Array:
    """Return sum_p w_p a_p^T b_p / sqrt(r), m x n, for pair weights (P,): eq. 6 of the paper, before 1/(N sigma)."""
    return LowRank(a, b).weighted_sum(weights)
