"""Four classes to be told apart by an int8 network 16-h-4 without activation functions: clipping is what bends it.

Weights, activations, noise and steps are integers. The log-likelihood that makes the fitness is computed in float
(the paper uses look-up tables); only the sign of a difference of two of them is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.integer import divisor, saturate
from evo.eggroll.noise import int8_gaussian

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.eggroll.arrays import Array
    from evo.eggroll.integer import IntEggRoll, IntPopulation

INPUTS, CLASSES = 16, 4
HELD_OUT = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Points around two centres a class, so that no linear rule tells the classes apart.

    Attributes:
        hidden: width of the hidden layer.
        batch: points that the members of a generation share, fresh in every generation.
        spread: standard deviation around a centre; the centres are standard normal.
        seed: of centres, points and first weights.
    """

    hidden: int = 64
    batch: int = 16
    spread: float = 0.6
    seed: int = 0

    def start(self) -> dict[str, Array]:
        """Return random int8 weights, round(16 z)."""
        rng = np.random.default_rng((self.seed, 0))
        out = {"W0": np.empty((self.hidden, INPUTS), np.int8), "W1": np.empty((CLASSES, self.hidden), np.int8)}
        for weight in out.values():
            int8_gaussian(rng, weight)
        return out

    def fitness(self, members: IntPopulation, generation: int) -> Array:
        """Return the mean log-likelihood of every member on the generation's points."""
        points, labels = self._points(2 + generation, self.batch)
        hidden = members.linear("W0", points, shared=True)
        return _log_likelihood(members.linear("W1", hidden, clip=False), labels)

    def accuracy(self, params: Mapping[str, Array]) -> float:
        """Return the share of held-out points that the network gets right, in [0, 1]."""
        points, labels = self._points(1, HELD_OUT)
        hidden = saturate(_product(points, params["W0"]))
        right: Array = _product(hidden, params["W1"]).argmax(axis=1) == labels
        return float(np.mean(right))

    def _points(self, draw: int, count: int) -> tuple[Array, Array]:
        """Return int8 points (count, 16) and labels (count,)."""
        centres = np.random.default_rng((self.seed, 1)).standard_normal((CLASSES, 2, INPUTS))
        rng = np.random.default_rng((self.seed, 1 + draw))
        labels = rng.integers(0, CLASSES, count)
        points = centres[labels, rng.integers(0, 2, count)] + self.spread * rng.standard_normal((count, INPUTS))
        return saturate(np.rint(16 * points)), labels


def learn_clusters(task: Clusters, strategy: IntEggRoll, generations: int) -> float:
    """Run `generations` of a strategy that starts at `task.start()`, and return its accuracy."""
    for generation in range(generations):
        strategy.tell(task.fitness(strategy.ask(), generation))
    return task.accuracy(strategy.params)


def _product(u: Array, weight: Array) -> Array:
    """Return u W^T // round(16 sqrt(n)) in int64."""
    return u.astype(np.int64) @ weight.T.astype(np.int64) // divisor(weight.shape[1])


def _log_likelihood(logits: Array, labels: Array) -> Array:
    """Return the mean over points of log softmax at the label: logits (N, k, c) with 16 = 1 -> (N,)."""
    scaled = logits / 16
    scaled = scaled - scaled.max(axis=2, keepdims=True)
    chosen = scaled[:, np.arange(len(labels)), labels]
    return (chosen - np.log(np.exp(scaled).sum(axis=2))).mean(axis=1)
