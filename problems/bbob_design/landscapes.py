"""Instances of the functions: drawn from text and, for hold-outs, a run's secret; and mixtures of two of them."""

from functools import lru_cache

import numpy as np
from functions import FUNCTIONS, Landscape, valley_scale

from evo.judging import draw_seed

PEAKS = {21: (101, 5.0, 1000**0.5), 22: (21, 4.9, 1000.0)}
"""Number of a function -> how many peaks, how far out they lie at most, and the condition of the highest."""

LEAST = 1e-8
"""What is nearer to the optimum than this counts as the optimum."""


class Problem:
    """A function to be minimised.

    Attributes:
        name: "f8" or "mix-3".
        d: dimension.
        f_opt: what its lowest value is, as programs are told values.
    """

    def __init__(self, name, d, f_opt, above):
        self.name, self.d, self.f_opt = name, d, f_opt
        self._above = above

    def above(self, x):
        """Return how far the values of points (m, d) lie above the optimum, (m,); what rounding makes less is 0."""
        return np.maximum(self._above(x), 0.0)


@lru_cache(maxsize=512)
def function(number, d, draw, secret):
    """Return an instance of one of the 24 functions."""
    land = landscape(number, d, np.random.default_rng(seed_of(f"bbob, f{number}/{d}/{draw}", secret)))
    return Problem(f"f{number}", d, land.f_opt, lambda x: FUNCTIONS[number](x, land))


@lru_cache(maxsize=512)
def mixture(number, d, draw, secret):
    """Return a mixture of two functions in the manner of MA-BBOB (arXiv:2306.10627), but for its scale factors.

    Logarithms of the heights above the optima are averaged, and both optima are moved to one place.
    """
    rng = np.random.default_rng(seed_of(f"mixture, {number}/{d}/{draw}", secret))
    numbers = rng.choice(24, 2, replace=False) + 1
    lands = [landscape(each, d, rng) for each in numbers]
    share, place = rng.uniform(0.2, 0.8), rng.uniform(-4, 4, d)

    def height(number, land, x):
        return np.log10(np.maximum(FUNCTIONS[number](x - place + land.x_opt, land), LEAST))

    def above(x):
        one, two = (height(*each, x) for each in zip(numbers, lands, strict=True))
        return 10 ** (share * one + (1 - share) * two)

    return Problem(f"mix-{number}", d, drawn_value(rng), above)


def landscape(number, d, rng):
    """Draw what a function leaves open."""
    x_opt, first, second = rng.uniform(-4, 4, d), rotation(d, rng), rotation(d, rng)
    peaks, widths = peaks_of(number, d, rng) if number in PEAKS else (None, None)
    signs = np.where(rng.random(d) < 0.5, -1.0, 1.0)
    if number == 4:
        x_opt[::2] = np.abs(x_opt[::2])
    elif number == 5:
        x_opt = 5 * signs
    elif number == 8:
        x_opt *= 0.75
    elif number in {9, 19}:
        x_opt = first.T.sum(axis=1) / (2 * valley_scale(d))
    elif number == 20:
        x_opt = signs * 4.2096874633 / 2
    elif number in PEAKS:
        x_opt = peaks[0]
    elif number == 24:
        x_opt = signs * 1.25
    return Landscape(x_opt, drawn_value(rng), first, second, peaks, widths)


def peaks_of(number, d, rng):
    """Draw the peaks of functions 21 and 22, and the diagonals of their matrices."""
    count, far, top = PEAKS[number]
    peaks = rng.uniform(-far, far, (count, d))
    peaks[0] *= 0.8
    conditions = np.concatenate([[top], 1000.0 ** (rng.permutation(count - 1) / (count - 2))])
    places = rng.permuted(np.tile(np.arange(d), (count, 1)), axis=1)
    return peaks, conditions[:, None] ** (places / (d - 1) - 0.5)


def rotation(d, rng):
    """Return an orthogonal matrix: normal numbers, made orthogonal row by row."""
    rows = rng.normal(size=(d, d))
    for i in range(d):
        for j in range(i):
            rows[i] -= (rows[i] * rows[j]).sum() * rows[j]
        rows[i] /= (rows[i] ** 2).sum() ** 0.5
    return rows


def drawn_value(rng):
    """Return the value of an optimum: by Cauchy's law, in hundredths, within a thousand."""
    return float(np.clip(np.rint(10000 * rng.standard_cauchy()) / 100, -1000, 1000))


def seed_of(text, secret):
    """Return the seed of a draw."""
    return draw_seed(text, {"secret": secret} if secret else {})
