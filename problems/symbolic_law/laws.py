"""Laws that are to be found: drawn from a grammar, from text and, for hold-outs, a run's secret."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from grammar import value

from evo.judging import draw_seed

LOW, HIGH, FAR = 0.5, 3.0, 4.0
"""Data have every variable within the first two; beyond, at least one lies between the last two."""

POINTS, TESTED, NOISE = 80, 200, 0.005
"""How many are told, how many are asked for within and beyond, and the noise, as a share of the spread."""


@dataclass(frozen=True)
class Task:
    """One law and what is told of it.

    Attributes:
        law: the expression.
        x, y: what a program is told, (n, v) and (n,), y with noise.
        within, beyond: points at which its answer is tested, (m, v).
    """

    law: list
    x: np.ndarray
    y: np.ndarray
    within: np.ndarray
    beyond: np.ndarray


@lru_cache(maxsize=512)
def task(family, draw, secret):
    """Return a law of a family, the first one drawn that is finite and far from constant."""
    rng = np.random.default_rng(draw_seed(f"law, {family}/{draw}", {"secret": secret} if secret else {}))
    while True:
        variables = int(rng.integers(2, 4))
        law = FAMILIES[family](variables, rng)
        x, within, beyond = (rng.uniform(LOW, HIGH, (count, variables)) for count in (POINTS, TESTED, TESTED))
        beyond[np.arange(TESTED), rng.integers(variables, size=TESTED)] = rng.uniform(HIGH, FAR, TESTED)
        with np.errstate(all="ignore"):
            told, *tests = (value(law, each) for each in (x, within, beyond))
        spreads = [each.std() / (1e-9 + np.abs(each).max()) for each in (told, *tests)]
        if all(np.isfinite(each).all() for each in (told, *tests)) and min(spreads) > 0.05:
            return Task(law, x, told + NOISE * told.std() * rng.normal(size=POINTS), within, beyond)


def constant(rng):
    """Return a constant between 0.5 and 3, of either sign."""
    return round(float(rng.choice([-1, 1]) * rng.uniform(0.5, 3)), 2)


def positive(rng):
    """Return a constant between 0.5 and 2."""
    return round(float(rng.uniform(0.5, 2)), 2)


def picked(variables, rng):
    """Return one of the variables."""
    return ["x", int(rng.integers(variables))]


def powered(variables, rng):
    """Return a variable to a power that laws of nature like."""
    power = float(rng.choice([1, 1, 2, 3, -1, -2, 0.5]))
    return picked(variables, rng) if power == 1 else ["pow", picked(variables, rng), power]


def sums(variables, rng):
    """Two or three products of one or two powers."""
    terms = []
    for _ in range(rng.integers(2, 4)):
        factors = [powered(variables, rng) for _ in range(rng.integers(1, 3))]
        terms.append(["mul", constant(rng), *factors])
    return ["add", *terms]


def ratios(variables, rng):
    """A product over a sum: saturation."""
    above = ["mul", constant(rng), powered(variables, rng), picked(variables, rng)]
    below = ["add", positive(rng), ["mul", positive(rng), powered(variables, rng)]]
    return ["div", above, below]


def waves(variables, rng):
    """A wave in one variable whose height may depend on another, over a line."""
    inner = ["add", ["mul", round(float(rng.uniform(1, 3)), 1), picked(variables, rng)], constant(rng)]
    factors = [picked(variables, rng)] if rng.random() < 0.5 else []
    wave = ["mul", constant(rng), ["sin", inner], *factors]
    return ["add", wave, ["mul", constant(rng), picked(variables, rng)]]


def decays(variables, rng):
    """A product with an exponential that falls, over a constant."""
    falls = ["exp", ["mul", -positive(rng), picked(variables, rng)]]
    return ["add", ["mul", 2 * constant(rng), powered(variables, rng), falls], constant(rng)]


def nested(variables, rng):
    """A root or a logarithm of a sum."""
    inner = ["add", positive(rng), ["mul", positive(rng), powered(variables, rng), picked(variables, rng)]]
    outer = [str(rng.choice(["sqrt", "log"])), inner]
    return ["add", ["mul", constant(rng), outer], ["mul", constant(rng), picked(variables, rng)]]


FAMILIES = {"sums": sums, "ratios": ratios, "waves": waves, "decays": decays, "nested": nested}
