"""The 24 noiseless functions of BBOB, from their definition (Hansen, Finck, Ros and Auger 2009, INRIA RR-6829).

Each takes points of shape (m, d) and a Landscape, and returns how far their values lie above the optimum, (m,).
Sums are made by `einsum`: so a point has the same value in any batch and under any number of threads.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Landscape:
    """What is drawn of a function.

    Attributes:
        x_opt: where the optimum lies, (d,).
        f_opt: its value.
        first, second: the orthogonal matrices that the definition calls R and Q, (d, d).
        peaks: of functions 21 and 22, (n, d); the first is the optimum.
        widths: the diagonals of their matrices C, (n, d).
    """

    x_opt: np.ndarray
    f_opt: float
    first: np.ndarray
    second: np.ndarray
    peaks: np.ndarray | None = None
    widths: np.ndarray | None = None


def turned(matrix, x):
    """Return the matrix times each point."""
    return np.einsum("ij,mj->mi", matrix, x)


def total(x):
    """Return the sum of each row."""
    return np.einsum("mi->m", x)


@lru_cache
def steps(d):
    """Return d numbers from 0 to 1 in equal steps."""
    return np.arange(d) / (d - 1)


@lru_cache
def powers(alpha, d):
    """Return the diagonal of the matrix Lambda^alpha: from 1 to the root of alpha."""
    return alpha ** (steps(d) / 2)


def wavy(x):
    """T_osz: leave zero and signs where they are, and make the way uneven."""
    size = np.log(np.where(x == 0, 1.0, np.abs(x)))
    right = x > 0
    swing = np.sin(np.where(right, 10.0, 5.5) * size) + np.sin(np.where(right, 7.9, 3.1) * size)
    return np.sign(x) * np.exp(size + 0.049 * swing)


def skewed(x, beta):
    """T_asy^beta: stretch what is positive, the later coordinates more."""
    up = np.maximum(x, 0.0)
    return np.where(x > 0, up ** (1 + beta * steps(x.shape[1]) * np.sqrt(up)), x)


def outside(x):
    """f_pen: the squared distance to the box [-5, 5]^d."""
    return total(np.maximum(0.0, np.abs(x) - 5) ** 2)


def sphere(x, land):
    """Function 1."""
    return total((x - land.x_opt) ** 2)


def ellipsoid(x, land):
    """Function 2, along the axes."""
    return total(1e6 ** steps(x.shape[1]) * wavy(x - land.x_opt) ** 2)


def rastrigin_of(z):
    """Return the waves over a bowl that functions 3, 4 and 15 have in common."""
    return 10 * (z.shape[1] - total(np.cos(2 * np.pi * z))) + total(z**2)


def rastrigin(x, land):
    """Function 3, along the axes."""
    return rastrigin_of(powers(10.0, x.shape[1]) * skewed(wavy(x - land.x_opt), 0.2))


def bueche_rastrigin(x, land):
    """Function 4: steeper on one side of every other axis."""
    z, d = wavy(x - land.x_opt), x.shape[1]
    odd = np.arange(d) % 2 == 0
    z = z * powers(10.0, d) * np.where((z > 0) & odd, 10.0, 1.0)
    return rastrigin_of(z) + 100 * outside(x)


def linear_slope(x, land):
    """Function 5: the optimum is a corner of the box, and beyond it nothing gets better."""
    slope = np.sign(land.x_opt) * 10.0 ** steps(x.shape[1])
    z = np.where(land.x_opt * x < 25, x, land.x_opt)
    return total(5 * np.abs(slope) - slope * z)


def stretched(x, land, alpha):
    """Return Q Lambda^alpha R (x - x_opt)."""
    return turned(land.second, powers(alpha, x.shape[1]) * turned(land.first, x - land.x_opt))


def attractive_sector(x, land):
    """Function 6: steep but for a cone."""
    z = stretched(x, land, 10.0)
    z = np.where(z * land.x_opt > 0, 100.0, 1.0) * z
    return wavy(total(z**2)) ** 0.9


def step_ellipsoidal(x, land):
    """Function 7: plateaus."""
    d = x.shape[1]
    tilted = powers(10.0, d) * turned(land.first, x - land.x_opt)
    flat = np.where(np.abs(tilted) > 0.5, np.floor(0.5 + tilted), np.floor(0.5 + 10 * tilted) / 10)
    z = turned(land.second, flat)
    body = total(100.0 ** steps(d) * z**2)
    return 0.1 * np.maximum(np.abs(tilted[:, 0]) / 1e4, body) + outside(x)


def valley_of(z):
    """Return the bent valley of functions 8 and 9."""
    return total(100 * (z[:, :-1] ** 2 - z[:, 1:]) ** 2 + (z[:, :-1] - 1) ** 2)


def valley_scale(d):
    """Return the factor of functions 8, 9 and 19."""
    return max(1.0, d**0.5 / 8)


def rosenbrock(x, land):
    """Function 8."""
    return valley_of(valley_scale(x.shape[1]) * (x - land.x_opt) + 1)


def rosenbrock_rotated(x, land):
    """Function 9; its optimum lies where the rotation puts it."""
    return valley_of(valley_scale(x.shape[1]) * turned(land.first, x) + 0.5)


def ellipsoid_rotated(x, land):
    """Function 10."""
    return total(1e6 ** steps(x.shape[1]) * wavy(turned(land.first, x - land.x_opt)) ** 2)


def discus(x, land):
    """Function 11: one short axis."""
    z = wavy(turned(land.first, x - land.x_opt)) ** 2
    return 1e6 * z[:, 0] + total(z[:, 1:])


def bent_cigar(x, land):
    """Function 12: one long axis, bent."""
    z = turned(land.first, skewed(turned(land.first, x - land.x_opt), 0.5)) ** 2
    return z[:, 0] + 1e6 * total(z[:, 1:])


def sharp_ridge(x, land):
    """Function 13: not smooth on the whole ridge."""
    z = stretched(x, land, 10.0) ** 2
    return z[:, 0] + 100 * np.sqrt(total(z[:, 1:]))


def different_powers(x, land):
    """Function 14."""
    z = np.abs(turned(land.first, x - land.x_opt))
    return np.sqrt(total(z ** (2 + 4 * steps(x.shape[1]))))


def twice_turned(x, land, alpha, inner):
    """Return R Lambda^alpha Q inner(R (x - x_opt))."""
    z = inner(turned(land.first, x - land.x_opt))
    return turned(land.first, powers(alpha, x.shape[1]) * turned(land.second, z))


def rastrigin_rotated(x, land):
    """Function 15."""
    return rastrigin_of(twice_turned(x, land, 10.0, lambda z: skewed(wavy(z), 0.2)))


HALVES, THREES = 0.5 ** np.arange(12), 3.0 ** np.arange(12)


def weierstrass(x, land):
    """Function 16: rugged and repeating."""
    z, d = twice_turned(x, land, 0.01, wavy), x.shape[1]
    lowest = float((HALVES * np.cos(np.pi * THREES)).sum())
    waves = np.cos(2 * np.pi * THREES * (z[:, :, None] + 0.5))
    rough = np.einsum("mik,k->m", waves, HALVES) / d - lowest
    return 10 * rough**3 + 10 / d * outside(x)


def schaffers_of(x, land, alpha):
    """Return what functions 17 and 18 have in common."""
    d = x.shape[1]
    z = powers(alpha, d) * turned(land.second, skewed(turned(land.first, x - land.x_opt), 0.5))
    s = np.sqrt(z[:, :-1] ** 2 + z[:, 1:] ** 2)
    root = np.sqrt(s)
    return (total(root + root * np.sin(50 * s**0.2) ** 2) / (d - 1)) ** 2 + 10 * outside(x)


def schaffers(x, land):
    """Function 17."""
    return schaffers_of(x, land, 10.0)


def schaffers_ill(x, land):
    """Function 18."""
    return schaffers_of(x, land, 1000.0)


def griewank_rosenbrock(x, land):
    """Function 19."""
    d = x.shape[1]
    z = valley_scale(d) * turned(land.first, x) + 0.5
    s = 100 * (z[:, :-1] ** 2 - z[:, 1:]) ** 2 + (z[:, :-1] - 1) ** 2
    return 10 / (d - 1) * total(s / 4000 - np.cos(s)) + 10


def schwefel(x, land):
    """Function 20: the best corners are far from one another."""
    d, far = x.shape[1], 2 * np.abs(land.x_opt)
    ahead = 2 * np.sign(land.x_opt) * x
    chained = ahead.copy()
    chained[:, 1:] += 0.25 * (ahead[:, :-1] - far[:-1])
    z = 100 * (powers(10.0, d) * (chained - far) + far)
    body = -total(z * np.sin(np.sqrt(np.abs(z)))) / (100 * d)
    return body + 4.189828872724339 + 100 * outside(z / 100)


def gallagher(x, land):
    """Functions 21 and 22: many peaks without an order; the highest is the optimum."""
    d, count = x.shape[1], len(land.peaks)
    heights = np.concatenate([[10.0], 1.1 + 8 * np.arange(count - 1) / (count - 2)])
    away = turned(land.first, x)[:, None] - turned(land.first, land.peaks)[None]
    squares = np.einsum("nk,mnk->mn", land.widths, away**2)
    best = (heights * np.exp(-squares / (2 * d))).max(axis=1)
    return wavy(10 - best) ** 2 + outside(x)


TWOS = 2.0 ** np.arange(1, 33)


def katsuura(x, land):
    """Function 23: rugged everywhere, without an order."""
    d = x.shape[1]
    z = stretched(x, land, 100.0)[:, :, None] * TWOS
    rough = np.einsum("mik,k->mi", np.abs(z - np.rint(z)), 1 / TWOS)
    product = np.prod((1 + np.arange(1, d + 1) * rough) ** (10 / d**1.2), axis=1)
    return 10 / d**2 * (product - 1) + outside(x)


def lunacek(x, land):
    """Function 24: two funnels, the wider one is the worse."""
    d, near = x.shape[1], 2.5
    scale = 1 - 1 / (2 * (d + 20) ** 0.5 - 8.2)
    far = -(((near**2 - 1) / scale) ** 0.5)
    ahead = 2 * np.sign(land.x_opt) * x
    z = turned(land.second, powers(100.0, d) * turned(land.first, ahead - near))
    funnels = np.minimum(total((ahead - near) ** 2), d + scale * total((ahead - far) ** 2))
    return funnels + 10 * (d - total(np.cos(2 * np.pi * z))) + 1e4 * outside(x)


ALL = [
    sphere,
    ellipsoid,
    rastrigin,
    bueche_rastrigin,
    linear_slope,
    attractive_sector,
    step_ellipsoidal,
    rosenbrock,
    rosenbrock_rotated,
    ellipsoid_rotated,
    discus,
    bent_cigar,
    sharp_ridge,
    different_powers,
    rastrigin_rotated,
    weierstrass,
    schaffers,
    schaffers_ill,
    griewank_rosenbrock,
    schwefel,
    gallagher,
    gallagher,
    katsuura,
    lunacek,
]
FUNCTIONS = dict(enumerate(ALL, 1))
"""Number -> function."""
