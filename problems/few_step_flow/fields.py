"""Flows from noise to mixtures of Gaussians: their exact velocity, and where they lead.

On the straight path x_t = (1 - t) x_0 + t x_1 with x_0 standard normal and x_1 from a mixture, x_t given a component is
normal with mean t m and variance (1 - t)^2 + t^2 s^2, so that the expected velocity x_1 - x_0 given x_t has a closed
form.
"""

import numpy as np

from evo.judging import draw_seed

DIMENSIONS, COMPONENTS = 8, 40
NARROW, WIDE = 0.08, 0.6
"""Bounds of the components' standard deviations."""
SPREAD = 2.5
STEPS = 150
"""Of the classical fourth-order Runge-Kutta method, for the reference: its error is below 1e-5 of the spread."""


class Field:
    """One flow.

    Attributes:
        means: (components, dimensions). widths: standard deviations. shares: weights, which sum to 1.
    """

    def __init__(self, family, draw, params):
        rng = np.random.default_rng(draw_seed(f"flow, {family}/{draw}", params))
        self.means = FAMILIES[family](rng)
        self.widths = np.exp(rng.uniform(np.log(NARROW), np.log(WIDE), COMPONENTS))
        self.shares = rng.dirichlet(np.full(COMPONENTS, 2.0))

    def velocity(self, x, t):
        """Return the velocities at time t in [0, 1] of particles x, both of shape (n, dimensions)."""
        variance = (1 - t) ** 2 + t**2 * self.widths**2
        apart = (x**2).sum(axis=1)[:, None] - 2 * t * x @ self.means.T + t**2 * (self.means**2).sum(axis=1)
        likely = np.log(self.shares) - 0.5 * DIMENSIONS * np.log(variance) - 0.5 * apart / variance
        near = np.exp(likely - likely.max(axis=1, keepdims=True))
        near /= near.sum(axis=1, keepdims=True)
        pull = (t * self.widths**2 - (1 - t)) / variance
        return near @ self.means - t * (near * pull) @ self.means + (near @ pull)[:, None] * x

    def end(self, x, steps=STEPS):
        """Return where particles that start at x are at time 1."""
        h = 1 / steps
        for step in range(steps):
            t = step * h
            first = self.velocity(x, t)
            second = self.velocity(x + h / 2 * first, t + h / 2)
            third = self.velocity(x + h / 2 * second, t + h / 2)
            fourth = self.velocity(x + h * third, t + h)
            x = x + h / 6 * (first + 2 * second + 2 * third + fourth)
        return x


def cloud(rng):
    """Components anywhere."""
    return rng.normal(0, SPREAD, (COMPONENTS, DIMENSIONS))


def groups(rng):
    """Components in six groups."""
    centres = rng.normal(0, SPREAD, (6, DIMENSIONS))
    return centres[rng.integers(6, size=COMPONENTS)] + rng.normal(0, 0.5, (COMPONENTS, DIMENSIONS))


def thread(rng):
    """Components along a curve."""
    along = np.linspace(0, 1, COMPONENTS)[:, None]
    turns, phases = rng.uniform(0.5, 2, DIMENSIONS), rng.uniform(0, 1, DIMENSIONS)
    return 1.4 * SPREAD * np.sin(2 * np.pi * (turns * along + phases))


def shell(rng):
    """Components on a sphere."""
    found = rng.normal(size=(COMPONENTS, DIMENSIONS))
    return 2.5 * SPREAD * found / np.linalg.norm(found, axis=1, keepdims=True)


FAMILIES = {"cloud": cloud, "groups": groups, "thread": thread, "shell": shell}
