"""Players with hidden strengths, and the votes on them: drawn from text and, for hold-outs, a run's secret."""

import numpy as np

from evo.judging import draw_seed

CARELESS = 0.05
"""Share of the votes that know nothing."""
LATE = 8
"""Players that come in the middle, in the family `late`."""


class World:
    """One set of players, and one stream of votes that nobody can have drawn again.

    Each vote takes as many random numbers from the stream whoever is compared, so that what one pick brings says
    nothing about another.

    Attributes:
        strengths: of the players, with mean 0 and standard deviation 1.
        first: how many there are from the beginning.
    """

    def __init__(self, family, draw, params):
        self._rng = np.random.default_rng(draw_seed(f"arena, {family}/{params['players']}/{draw}", params))
        found = STRENGTHS[family](params["players"], self._rng)
        self.strengths = (found - found.mean()) / found.std()
        self._noise = float(self._rng.choice((0.4, 0.6, 0.8)))
        self._styles = self._rng.normal(size=(params["players"], 2)) * (0.4 if family == "styles" else 0.0)
        self.first = params["players"] - (LATE if family == "late" else 0)

    def vote(self, ids):
        """Return some players in the order in which a voter puts them, best first."""
        shown = self.strengths + self._noise * self._rng.normal(size=len(self.strengths))
        guesses, careless = self._rng.random(len(self.strengths)), self._rng.random() < CARELESS
        if careless:
            return sorted(ids, key=lambda each: guesses[each])
        across = self._styles[ids] @ np.array([[0.0, 1.0], [-1.0, 0.0]]) @ self._styles[ids].T
        won = dict(zip(ids, shown[ids] + across.mean(axis=1), strict=True))
        return sorted(ids, key=lambda each: -won[each])


def even(players, rng):
    """Strengths anywhere in an interval."""
    return rng.uniform(-1, 1, players)


def clustered(players, rng):
    """Three groups of players that are hard to tell apart."""
    return rng.choice((-1.2, -0.2, 0.9), players) + rng.normal(0, 0.25, players)


def heavy(players, rng):
    """A few players far above and below the rest."""
    return np.clip(rng.standard_t(2.5, players), -5, 5)


STRENGTHS = {"even": even, "clustered": clustered, "heavy": heavy, "late": even, "styles": even}
