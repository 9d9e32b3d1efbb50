"""From an ascent estimate to an ascent direction.

An optimiser is a frozen value with its options; what it remembers of a leaf is a dict of arrays that the caller keeps.
So a strategy is saved by saving arrays, and resuming is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from evo.eggroll.arrays import Array

Memory: TypeAlias = "dict[str, Array]"


class Optimiser(Protocol):
    """A rule that turns the estimate g of a leaf into the direction in which the leaf moves."""

    def update(self, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        """Return the direction and the new memory.

        Args:
            gradient: g, of the leaf's shape; the direction climbs along it.
            memory: what the last call returned, or {} at the first.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SGD:
    """The estimate itself."""

    def update(self, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        """Return g."""
        return gradient, memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Momentum:
    """Heavy ball: v <- beta v + g, direction v (Polyak 1964).

    Attributes:
        beta: in [0, 1).
    """

    beta: float = 0.9

    def __post_init__(self) -> None:
        _check_decay("Momentum.beta", self.beta)

    def update(self, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        """Return v."""
        velocity = memory["velocity"] * gradient.dtype.type(self.beta) + gradient if memory else gradient.copy()
        return velocity, {"velocity": velocity}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adam:
    """Adam with bias correction (Kingma & Ba 2015, arXiv:1412.6980).

    Attributes:
        beta1: decay of the mean, in [0, 1).
        beta2: decay of the mean square, in [0, 1).
        epsilon: added to the root, > 0.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        _check_decay("Adam.beta1", self.beta1)
        _check_decay("Adam.beta2", self.beta2)
        if not self.epsilon > 0:
            raise UsageError(f"Adam.epsilon = {self.epsilon}; expected a number > 0")

    def update(self, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        """Return m_hat / (sqrt(v_hat) + epsilon)."""
        kind = gradient.dtype.type
        first = memory.get("first", np.zeros_like(gradient)) * kind(self.beta1) + gradient * kind(1 - self.beta1)
        second = memory.get("second", np.zeros_like(gradient)) * kind(self.beta2)
        second = second + gradient * gradient * kind(1 - self.beta2)
        count = int(memory["count"]) + 1 if memory else 1
        mean = first / kind(1 - self.beta1**count)
        root = np.sqrt(second / kind(1 - self.beta2**count))
        return mean / (root + kind(self.epsilon)), {"first": first, "second": second, "count": np.array(count)}


OPTIMISERS: dict[str, type[SGD | Momentum | Adam]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


def optimiser_named(name: str) -> Optimiser:
    """Return the optimiser of that name with its default options.

    Raises:
        UsageError: the name is unknown.
    """
    try:
        return OPTIMISERS[name]()
    except KeyError:
        hint = nearest(name, OPTIMISERS)
        raise UsageError(f"optimiser {name!r} is unknown; expected one of {', '.join(OPTIMISERS)}{hint}") from None


def _check_decay(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise UsageError(f"{name} = {value}; expected a number in [0, 1)")
