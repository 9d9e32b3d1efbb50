"""A dense, naive EGGROLL, written from the definition: every member's matrix, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from evo.eggroll import noise_factors
from evo.eggroll.noise import NoiseStream


@dataclass
class Naive:
    seed: int
    sigma: float
    rank: int | None
    antithetic: bool
    dtype: str = "float64"

    def perturbation(self, name, shape, step, pair):
        if len(shape) == 2 and self.rank:
            m, n = shape
            a, b = noise_factors(
                seed=self.seed, leaf=name, step=step, pairs=[pair], m=m, n=n, r=self.rank, dtype=self.dtype
            )
            total = np.zeros(shape)
            for column in range(self.rank):
                total += np.outer(a[0, column].astype(float), b[0, column].astype(float))
            return total / np.sqrt(self.rank)
        size = int(np.prod(shape))
        noise = NoiseStream(seed=self.seed, leaf=name, size=size, dtype=np.dtype(self.dtype))
        return noise.draw(step, [pair])[0].reshape(shape).astype(float)

    def signed(self, name, shape, step, index):
        if not self.antithetic:
            return self.perturbation(name, shape, step, index)
        return (-1) ** (index % 2) * self.perturbation(name, shape, step, index // 2)

    def member(self, name, theta, step, index):
        return theta.astype(float) + self.sigma * self.signed(name, theta.shape, step, index)

    def estimate(self, name, theta, step, weights):
        total = np.zeros(theta.shape)
        for index, weight in enumerate(weights):
            total += weight * self.signed(name, theta.shape, step, index)
        return total / (len(weights) * self.sigma)


@pytest.fixture(scope="session")
def naive_of():
    return Naive
