"""The members of one generation, seen through what they compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.leaves import MATRIX, GenerationNoise
from evo.eggroll.perturbation import SHARED, add_projection, signed_add, unperturbed
from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.eggroll.arrays import Array


class Population:
    """N members theta + s_i sigma E_p(i) that are never written out.

    Member i of an antithetic population belongs to pair i // 2 with sign +1 if i is even and -1 if it is odd; without
    pairs every member is a pair of its own with sign +1.

    Inputs are *shared* (the same for all members) or *own* (a leading axis of N); the result always has that axis.
    The view stays valid after the strategy has moved on.
    """

    __slots__ = ("_members", "_noise", "_params", "sigma", "size")

    def __init__(self, params: Mapping[str, Array], noise: GenerationNoise, *, members: int, sigma: float) -> None:
        self._params, self._noise, self._members = params, noise, members
        self.size = noise.pairs * members
        self.sigma = sigma

    def __len__(self) -> int:
        return self.size

    def linear(self, name: str, x: Array, *, shared: bool = False) -> Array:
        """Return x_i W_i^T.

        Args:
            name: a matrix m x n.
            x: (k, n) shared, or (N, ..., n) own with an axis between: (N, 1, n) for one vector a member.
            shared: says that (N, n) are k = N vectors for every member, which they might not have been meant to be.

        Returns:
            (N, k, m), or (N, ..., m).

        Raises:
            UsageError: there is no such matrix, or the shapes do not fit.
        """
        return self._apply(name, x, transposed=False, said=shared)

    def linear_t(self, name: str, x: Array, *, shared: bool = False) -> Array:
        """Return x_i W_i: x (k, m) shared or (N, ..., m) own -> (N, k, n) or (N, ..., n). Raises as `linear` does."""
        return self._apply(name, x, transposed=True, said=shared)

    def embedding(self, name: str, tokens: Array, *, shared: bool = False) -> Array:
        """Return the rows W_i[tokens_i].

        Args:
            name: a matrix m x n, a row a token.
            tokens: integers in [0, m), (k,) shared or (N, ...) own, with two axes at least.
            shared: as in `linear`, of (N,) tokens.

        Returns:
            (N, k, n), or (N, ..., n).

        Raises:
            UsageError: there is no such matrix, or the tokens are no integers in range, or their shape does not fit.
        """
        weight = self._matrix(name)
        index = np.asarray(tokens)
        self._refuse_either(f"tokens for {name!r}", index, axes=SHARED - 1, said=shared)
        shared = index.ndim == SHARED - 1
        if index.dtype.kind not in "iu" or (index.size and not 0 <= index.min() <= index.max() < len(weight)):
            raise UsageError(f"tokens for {name!r}: expected integers in [0, {len(weight)})")
        if index.ndim == 0 or (not shared and len(index) != self.size):
            raise UsageError(f"tokens for {name!r}: expected shape (k,) or ({self.size}, ...), got {index.shape}")
        flat = index if shared else index.reshape(self.size, -1)
        k, n = flat.shape[-1], weight.shape[1]
        out = np.array(np.broadcast_to(weight[flat], (self.size, k, n)))
        for pairs, noise in self._blocks(name):
            view = self._paired(out)[pairs]
            if shared:
                signed_add(view, noise.rows(flat), self.sigma)
            else:
                own = flat.reshape(self._noise.pairs, -1)[pairs]
                signed_add(view, noise.rows(own).reshape(view.shape), self.sigma)
        return out if shared else out.reshape(*index.shape, n)

    def vector(self, name: str) -> Array:
        """Return every member's own copy of a leaf, (N, *shape): for biases and gains, and for small matrices."""
        theta = self._leaf(name)
        out = np.array(np.broadcast_to(theta, (self.size, *theta.shape)))
        for pairs, noise in self._blocks(name):
            signed_add(self._paired(out)[pairs], noise.dense(), self.sigma)
        return out

    def member(self, index: int) -> dict[str, Array]:
        """Return all parameters of member `index` in [0, N), written out.

        Raises:
            UsageError: there is no such member.
        """
        if not 0 <= index < self.size:
            raise UsageError(f"member {index}: expected an index in [0, {self.size})")
        pair, odd = divmod(index, self._members)
        out: dict[str, Array] = {}
        for name, theta in self._params.items():
            out[name] = theta.copy()
            if name in self._noise:
                scale = theta.dtype.type(-self.sigma if odd else self.sigma)
                out[name] += scale * self._noise.pair(name, pair).dense()[0]
        return out

    def _refuse_either(self, what: str, values: Array, *, axes: int, said: bool) -> None:
        """Refuse a batch that may be one of every member's own or one that all share, unless it is said."""
        if values.ndim == axes and len(values) == self.size and not said:
            raise UsageError(
                f"{what} of shape {values.shape}: one for each of the {self.size} members, or {self.size} that all "
                f"share? expected shape ({self.size}, 1{', n' * (axes - 1)}), or `shared=True`"
            )

    def _apply(self, name: str, x: Array, *, transposed: bool, said: bool) -> Array:
        weight = self._matrix(name)
        matrix = weight if transposed else weight.T
        x = np.asarray(x, weight.dtype)
        self._refuse_either(f"inputs of {name!r}", x, axes=SHARED, said=said)
        shared = x.ndim == SHARED
        if x.ndim < SHARED or x.shape[-1] != len(matrix) or not (shared or len(x) == self.size):
            wanted = f"(k, {len(matrix)}) or ({self.size}, ..., {len(matrix)})"
            raise UsageError(f"inputs of {name!r}: expected shape {wanted}, got {x.shape}")
        flat = x if shared else x.reshape(self.size, -1, x.shape[-1])
        out = unperturbed(flat, matrix, self.size)
        for pairs, noise in self._blocks(name):
            part = flat if shared else flat[pairs.start * self._members : pairs.stop * self._members]
            add_projection(self._paired(out)[pairs], part, noise, self.sigma, transposed=transposed)
        return out if shared else out.reshape(*x.shape[:-1], matrix.shape[1])

    def _paired(self, out: Array) -> Array:
        """View (N, ...) as (P, S, ...)."""
        return out.reshape(self._noise.pairs, self._members, *out.shape[1:])

    def _blocks(self, name: str):  # noqa: ANN202 - the iterator of GenerationNoise.blocks
        return self._noise.blocks(name) if name in self._noise else iter(())

    def _leaf(self, name: str) -> Array:
        try:
            return self._params[name]
        except KeyError:
            raise UsageError(f"no parameter {name!r}{nearest(name, self._params)}") from None

    def _matrix(self, name: str) -> Array:
        leaf = self._leaf(name)
        if leaf.ndim != MATRIX:
            raise UsageError(f"parameter {name!r} has shape {leaf.shape}; expected a matrix")
        return leaf
