"""A pole to be balanced on a cart, by the equations of Barto, Sutton & Anderson 1983 with the usual constants.

State (x, x', theta, theta'), force +-10 N, Euler steps of 0.02 s. An episode ends when |x| > 2.4 m or |theta| > 12
degrees, or after 500 steps; its return is the number of steps that it lasted, in [1, 500].
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.tasks import mlp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evo.eggroll.arrays import Array
    from evo.eggroll.population import Population

STEPS = 500
LAYERS = 3
GRAVITY, CART_KG, POLE_KG, HALF_POLE_M, FORCE_N, STEP_S = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
MAX_X, MAX_ANGLE = 2.4, 12 * pi / 180
HELD_OUT = 1 << 20
"""Above every generation: seeds the starts that no member was judged on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPole:
    """A tanh policy 4-h-h-2 that takes the larger output.

    Attributes:
        hidden: width of the two hidden layers.
        episodes: starts that the members of a generation share, fresh in every generation.
        held_out: starts for `error`.
        seed: of the first weights and of the starts.
    """

    hidden: int = 32
    episodes: int = 4
    held_out: int = 32
    seed: int = 0

    def start(self) -> dict[str, Array]:
        """Return a random policy."""
        return mlp.initial((4, self.hidden, self.hidden, 2), self.seed)

    def fitness(self, members: Population, generation: int) -> Array:
        """Return the mean return of every member over the generation's starts."""
        starts = self._starts(generation, self.episodes)
        states = np.array(np.broadcast_to(starts, (len(members), *starts.shape)))
        return rollout(mlp.MemberNetworks(members, LAYERS), states).mean(axis=1)

    def error(self, params: Mapping[str, Array]) -> float:
        """Return the regret on the held-out starts: 500 less the mean return."""
        return STEPS - self.mean_return(params)

    def mean_return(self, params: Mapping[str, Array]) -> float:
        """Return the mean return on the held-out starts, in [1, 500]."""
        states = self._starts(HELD_OUT, self.held_out)[None]
        return float(rollout(lambda x: mlp.forward(params, x[0])[None], states).mean())

    def _starts(self, generation: int, count: int) -> Array:
        return np.random.default_rng((self.seed, generation)).uniform(-0.05, 0.05, (count, 4))


def rollout(policy: Callable[[Array], Array], states: Array) -> Array:
    """Return the return of every episode.

    Args:
        policy: states (N, k, 4) -> outputs (N, k, 2); the second being larger pushes to the right.
        states: (N, k, 4) to start from.

    Returns:
        (N, k), in [1, 500].
    """
    alive = np.ones(states.shape[:2], bool)
    returns = np.zeros(states.shape[:2])
    for _ in range(STEPS):
        outputs = policy(states)
        states = advance(states, np.where(outputs[..., 1] > outputs[..., 0], FORCE_N, -FORCE_N))
        returns += alive
        alive &= (np.abs(states[..., 0]) <= MAX_X) & (np.abs(states[..., 2]) <= MAX_ANGLE)
        if not alive.any():
            break
        states[~alive] = 0.0  # keeps the numbers of what has ended from running away
    return returns


def advance(states: Array, force: Array) -> Array:
    """Return the states one step on: states (..., 4), force (...) in newtons."""
    x, v, angle, spin = np.moveaxis(states, -1, 0)
    sine, cosine = np.sin(angle), np.cos(angle)
    mass = CART_KG + POLE_KG
    push = (force + POLE_KG * HALF_POLE_M * spin**2 * sine) / mass
    turn = (GRAVITY * sine - cosine * push) / (HALF_POLE_M * (4 / 3 - POLE_KG * cosine**2 / mass))
    pull = push - POLE_KG * HALF_POLE_M * turn * cosine / mass
    return np.stack([x + STEP_S * v, v + STEP_S * pull, angle + STEP_S * spin, spin + STEP_S * turn], axis=-1)
