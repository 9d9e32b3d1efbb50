"""A curve to be fitted: y = sin(3 x) on [-2, 2] by a tanh network 1-h-h-1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.tasks import mlp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.eggroll.arrays import Array
    from evo.eggroll.population import Population

LAYERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sine:
    """The fit.

    Attributes:
        hidden: width of the two hidden layers.
        points: places that members are judged on; the error is taken halfway between them.
        seed: of the first weights.
    """

    hidden: int = 24
    points: int = 48
    seed: int = 0

    def start(self) -> dict[str, Array]:
        """Return a random network."""
        return mlp.initial((1, self.hidden, self.hidden, 1), self.seed)

    def fitness(self, members: Population, generation: int) -> Array:
        """Return minus the mean square error of every member; `generation` does not matter."""
        del generation
        x = self._places()
        return -((mlp.MemberNetworks(members, LAYERS)(x) - np.sin(3 * x)) ** 2).mean(axis=(1, 2))

    def error(self, params: Mapping[str, Array]) -> float:
        """Return the mean square error between the places."""
        x = self._places()
        x = (x[1:] + x[:-1]) / 2
        return float(((mlp.forward(params, x) - np.sin(3 * x)) ** 2).mean())

    def _places(self) -> Array:
        return np.linspace(-2, 2, self.points)[:, None]
