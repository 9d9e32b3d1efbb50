"""CMA-ES with its usual constants, begun anew with twice as many points (Hansen's tutorial, arXiv:1604.00772)."""

import numpy as np


class Constants:
    """Weights and rates for d coordinates and so many points at a time."""

    def __init__(self, d, count):
        half = count // 2
        raw = np.log(half + 0.5) - np.log(np.arange(1, half + 1))
        self.weights = raw / raw.sum()
        self.mass = mass = 1 / (self.weights**2).sum()
        self.mean_path = (4 + mass / d) / (d + 4 + 2 * mass / d)
        self.step_path = (mass + 2) / (d + mass + 5)
        self.rank_one = 2 / ((d + 1.3) ** 2 + mass)
        self.rank_many = min(1 - self.rank_one, 2 * (mass - 2 + 1 / mass) / ((d + 2) ** 2 + mass))
        self.damping = 1 + 2 * max(0.0, ((mass - 1) / (d + 1)) ** 0.5 - 1) + self.step_path
        self.length = d**0.5 * (1 - 1 / (4 * d) + 1 / (21 * d**2))


def descend(mean, step, count, rng):
    """Search from one mean until steps or values show that nothing more is to be gained; asks for values."""
    d = len(mean)
    rates, shape = Constants(d, count), np.eye(d)
    way, evenness, lowest = np.zeros(d), np.zeros(d), []
    for turn in range(1, 100000):
        scales, axes = np.linalg.eigh(shape)
        scales = np.sqrt(np.maximum(scales, 1e-30))
        steps = (rng.normal(size=(count, d)) * scales) @ axes.T
        values = np.asarray((yield {"ask": np.clip(mean + step * steps, -100, 100)}))
        chosen = steps[np.argsort(values, kind="stable")[: len(rates.weights)]]
        moved = rates.weights @ chosen
        mean = mean + step * moved
        gain = (rates.step_path * (2 - rates.step_path) * rates.mass) ** 0.5
        evenness = (1 - rates.step_path) * evenness + gain * (axes @ ((axes.T @ moved) / scales))
        size = np.linalg.norm(evenness) / (1 - (1 - rates.step_path) ** (2 * turn)) ** 0.5
        goes_on = float(size < (1.4 + 2 / (d + 1)) * rates.length)
        gain = (rates.mean_path * (2 - rates.mean_path) * rates.mass) ** 0.5
        way = (1 - rates.mean_path) * way + goes_on * gain * moved
        held_back = rates.rank_one * (1 - goes_on) * rates.mean_path * (2 - rates.mean_path)
        shape = (1 - rates.rank_one - rates.rank_many + held_back) * shape
        shape = shape + rates.rank_one * np.outer(way, way) + rates.rank_many * (chosen.T * rates.weights) @ chosen
        growth = rates.step_path / rates.damping * (np.linalg.norm(evenness) / rates.length - 1)
        step *= np.exp(min(1.0, growth))
        lowest.append(values.min())
        last = lowest[-(10 + 30 * d // count) :]
        flat = len(last) == 10 + 30 * d // count and max(last) - min(last) < 1e-11
        if flat or step * scales.max() < 1e-9 or scales.max() > 1e7 * scales.min():
            return


def solve(d, budget, seed):
    """Minimise a function of d coordinates within [-5, 5] in `budget` values; the judge ends it."""
    rng = np.random.default_rng(seed)
    count = 4 + int(3 * np.log(d))
    while True:
        yield from descend(rng.uniform(-4, 4, d), 2.0, count, rng)
        count = min(2 * count, 200)
