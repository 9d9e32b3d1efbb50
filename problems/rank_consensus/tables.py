"""Tables of results, and the order behind them: drawn from text and, for hold-outs, a run's secret."""

from typing import NamedTuple

import numpy as np

from evo.judging import draw_seed

LOADINGS = (1.0,) * 5 + (0.5,) * 4 + (0.15,) * 3 + (-0.3,) * 2
"""How much of a system's strength each of the 14 tasks shows."""
FREEDOM = 3
"""Degrees of freedom of the noise: heavy tails."""


class Table(NamedTuple):
    """What a program is given, and what only the judge knows.

    Attributes:
        results: (systems, tasks), NaN where a result is missing; more is said to be better.
        strength: (systems,) what the right order is by.
        latent: (systems, tasks) results before they were put on a scale, NaN where missing.
        loading: (tasks,) how much of the strength a task shows.
        noise: (tasks,) the standard deviation of the rest.
    """

    results: np.ndarray
    strength: np.ndarray
    latent: np.ndarray
    loading: np.ndarray
    noise: np.ndarray

    def rows(self):
        """Return the results as plain rows, None where one is missing."""
        return [[None if gone else value for value, gone in zip(*row, strict=True)] for row in self.marked()]

    def marked(self):
        """Yield for each system its results, and which of them are missing."""
        return zip(self.results.tolist(), np.isnan(self.results).tolist(), strict=True)


def table(family, draw, params):
    """Return one drawn table."""
    rng = np.random.default_rng(draw_seed(f"results, {family}/{draw}", params))
    strength, loading, absence = FAMILIES[family](rng)
    noise = rng.uniform(0.3, 1.5, len(loading))
    rest = rng.standard_t(FREEDOM, (len(strength), len(loading))) / (FREEDOM / (FREEDOM - 2)) ** 0.5
    latent = strength[:, None] * loading + noise * rest
    results = np.column_stack([scaled(column, rng) for column in latent.T])
    gone = missing(absence, rng)
    return Table(np.where(gone, np.nan, results), strength, np.where(gone, np.nan, latent), loading, noise)


def scaled(latent, rng):
    """Return a task's results on one of four scales: a per cent, odd units, an exponential, or whole points."""
    kind = rng.integers(4)
    if kind == 0:
        return 100 / (1 + np.exp(-(latent + rng.normal())))
    if kind == 1:
        return rng.choice([0.1, 1.0, 10.0, 100.0]) * (latent + rng.uniform(0, 6))
    if kind == 2:
        return 10 * np.exp(latent)
    return np.round(2 * latent + rng.integers(3, 9)) + 0.0


def missing(absence, rng):
    """Return which results are missing, given how likely each is; every system and every task keeps two at least."""
    lot = rng.random(absence.shape)
    gone = lot < absence
    for axis in (0, 1):
        kept = np.argsort(lot, axis=axis, kind="stable")
        np.put_along_axis(gone, kept[-2:] if axis == 0 else kept[:, -2:], values=False, axis=axis)
    return gone


def chance(logit):
    """Return the probability of a logit."""
    return 1 / (1 + np.exp(-logit))


def usual(rng):
    """24 systems, 14 tasks, a quarter missing, and of weak systems more."""
    strength, loading = rng.normal(size=24), rng.permutation(LOADINGS)
    return strength, loading, np.repeat(chance(-1.1 - 0.6 * strength)[:, None], len(loading), axis=1)


def wide(rng):
    """60 systems, 6 tasks."""
    strength, loading = rng.normal(size=60), rng.permutation([1.0, 1.0, 0.5, 0.5, 0.15, -0.3])
    return strength, loading, np.repeat(chance(-1.1 - 0.6 * strength)[:, None], len(loading), axis=1)


def tracks(rng):
    """Two tracks of seven tasks: most systems report in one of them, strong ones rather in the first."""
    strength, loading = rng.normal(size=24), rng.permutation(LOADINGS)
    first = rng.random(24) < chance(strength)
    own = np.where(np.arange(len(loading)) % 2 == 0, first[:, None], ~first[:, None])
    return strength, loading, np.where(own, 0.08, 0.55)


def plain(rng):
    """Six systems, three tasks that show the order without noise to speak of: what cases can be reckoned by hand on."""
    return rng.permutation(6) - 2.5, np.full(3, 10.0), np.zeros((6, 3))


FAMILIES = {"usual": usual, "wide": wide, "tracks": tracks, "plain": plain}
