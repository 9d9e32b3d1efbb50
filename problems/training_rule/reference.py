"""What a loss can come to within the steps: the best of a few rules that were told their rates."""

import numpy as np

RATES = (0.003, 0.01, 0.03, 0.1)
EVERY = 10
"""The loss is looked at after so many steps."""


def least_loss(work, steps):
    """Return the least loss that Adam reaches with one of four rates that end in a cosine, averaged or not."""
    return min(min(followed(work, steps, rate)) for rate in RATES)


def followed(work, steps, rate):
    """Yield the losses of the parameters and of their running mean, after every tenth step."""
    params = work.start.copy()
    mean, first, second = params.copy(), np.zeros_like(params), np.zeros_like(params)
    for t in range(steps):
        gradient = work.gradient(params, t)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient * gradient
        size = rate * (1 + np.cos(np.pi * t / steps)) / 2
        params = params - size * first / (1 - 0.9 ** (t + 1)) / (np.sqrt(second / (1 - 0.99 ** (t + 1))) + 1e-8)
        mean = 0.95 * mean + 0.05 * params
        if t % EVERY == EVERY - 1:
            yield work.loss(params)
            yield work.loss(mean)
