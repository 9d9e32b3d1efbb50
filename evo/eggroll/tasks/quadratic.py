"""A matrix to be hit: f(W) = -sum_ij c_j (W_ij - T_ij)^2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.eggroll.arrays import Array
    from evo.eggroll.population import Population


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quadratic:
    """A standard normal target T, started from zero.

    Attributes:
        m: rows.
        n: columns.
        condition: ratio of the largest to the smallest curvature c_j, >= 1; the curvatures are spaced geometrically
            over the columns with mean one.
        seed: of the target.
    """

    m: int = 32
    n: int = 32
    condition: float = 1.0
    seed: int = 0
    target: Array = field(init=False, repr=False)
    curvature: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.m < 1 or self.n < 1 or not self.condition >= 1:
            raise UsageError(f"{self}: expected m, n >= 1 and condition >= 1")
        curvature = np.geomspace(1.0, self.condition, self.n)
        object.__setattr__(self, "target", np.random.default_rng(self.seed).standard_normal((self.m, self.n)))
        object.__setattr__(self, "curvature", curvature / curvature.mean())

    def start(self) -> dict[str, Array]:
        """Return W = 0."""
        return {"W": np.zeros((self.m, self.n))}

    def fitness(self, members: Population, generation: int) -> Array:
        """Return f of every member; `generation` does not matter."""
        del generation
        return -self._loss(members.vector("W"))

    def error(self, params: Mapping[str, Array]) -> float:
        """Return the loss over the loss at the start, so 1 before anything is learned."""
        return float(self._loss(params["W"]) / self._loss(np.zeros_like(self.target)))

    def _loss(self, w: Array) -> Array:
        return ((w - self.target) ** 2).sum(axis=-2) @ self.curvature
