"""Small tanh networks, for one set of parameters and for a whole population."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.eggroll.arrays import Array
    from evo.eggroll.population import Population


def initial(sizes: Sequence[int], seed: int) -> dict[str, Array]:
    """Return weights W0, W1, ... (out, in), normal with variance 1/in, and biases b0, b1, ... at zero."""
    rng = np.random.default_rng(seed)
    out: dict[str, Array] = {}
    for layer, (n, m) in enumerate(pairwise(sizes)):
        out[f"W{layer}"] = rng.standard_normal((m, n)) / np.sqrt(n)
        out[f"b{layer}"] = np.zeros(m)
    return out


def forward(params: Mapping[str, Array], x: Array) -> Array:
    """Return the network's outputs: x (k, in) -> (k, out)."""
    layers = len(params) // 2
    for layer in range(layers):
        x = x @ params[f"W{layer}"].T + params[f"b{layer}"]
        x = np.tanh(x) if layer < layers - 1 else x
    return x


class MemberNetworks:
    """The networks of all members, ready to be called often within one generation."""

    __slots__ = ("_biases", "_members")

    def __init__(self, members: Population, layers: int) -> None:
        self._members = members
        self._biases = [members.vector(f"b{layer}")[:, None, :] for layer in range(layers)]

    def __call__(self, x: Array) -> Array:
        """Return all members' outputs: x (k, in) shared or (N, k, in) own -> (N, k, out)."""
        last = len(self._biases) - 1
        for layer, bias in enumerate(self._biases):
            x = self._members.linear(f"W{layer}", x, shared=x.ndim == 2)  # noqa: PLR2004 - k inputs in a row each
            x += bias
            if layer < last:
                np.tanh(x, out=x)
        return x
