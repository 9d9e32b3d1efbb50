"""Loads of experts, window by window: drawn from text and, for hold-outs, a run's secret."""

import numpy as np

from evo.judging import draw_seed

LAYERS = 3
TOKENS = 24_000
"""Tokens of a layer and a window, each of which goes to one expert."""


def stream(family, draw, windows, experts, params):
    """Return (windows, LAYERS, experts) whole numbers: the tokens that each expert got in each window.

    Args:
        family: a key of FAMILIES.
        draw: the number of the draw.
        windows: their number.
        experts: of a layer.
        params: what `evaluate` was given; a run's secret is used where there is one.
    """
    if family in FIXED:
        return np.tile(np.array(FIXED[family]), (windows, 1, 1))
    rng = np.random.default_rng(draw_seed(f"stream, {family}/{windows}/{experts}/{draw}", params))
    found = [FAMILIES[family](windows, experts, rng) for _ in range(LAYERS)]
    return np.stack([counted(shares, rng) for shares in found], axis=1)


def counted(shares, rng):
    """Return what is drawn from each window's shares, (windows, experts)."""
    return np.stack([rng.multinomial(TOKENS, each / each.sum()) for each in shares])


def popular(experts, rng, spread=0.8):
    """Return shares of experts, log-normal."""
    return np.exp(rng.normal(0, spread, experts))


def walk(windows, count, step, rng):
    """Return (windows, count): numbers that walk by a normal step from window to window, from zero."""
    return np.cumsum(rng.normal(0, step, (windows, count)), axis=0)


def languages(windows, experts, rng):
    """Eight languages with experts of their own; each walks slowly and jitters as a whole, its experts a little."""
    of = rng.integers(8, size=experts)
    moved = walk(windows, 8, 0.1, rng) + rng.normal(0, 0.35, (windows, 8))
    return popular(experts, rng) * np.exp(moved[:, of] + walk(windows, experts, 0.04, rng))


def topics(windows, experts, rng):
    """Four topics with experts of their own; what is asked about walks, and jitters from window to window."""
    kinds = np.stack([popular(experts, rng, 1.2) for _ in range(4)])
    kinds /= kinds.sum(axis=1, keepdims=True)
    mix = np.exp(walk(windows, 4, 0.15, rng) + rng.normal(0, 0.5, (windows, 4)))
    return np.einsum("wt,te->we", mix / mix.sum(axis=1, keepdims=True), kinds)


def surges(windows, experts, rng):
    """Popularity stays, but for eight sets of experts that are asked for more often in the same one or two windows."""
    shares = np.tile(popular(experts, rng), (windows, 1))
    sets = rng.permutation(experts)[: 8 * (experts // 10)].reshape(8, experts // 10)
    for at in range(windows):
        for each in sets[rng.random(8) < 0.25]:
            shares[at : at + int(rng.integers(1, 3)), each] *= rng.uniform(1.3, 2.2)
    return shares


def seasons(windows, experts, rng):
    """Day and night: experts rise and fall together, with a period of five windows. None of it is in the search."""
    turn = 2 * np.pi * (np.arange(windows)[:, None] / 5 + rng.uniform(0, 1, experts))
    return popular(experts, rng, 0.6) * np.exp(0.5 * np.sin(turn) + rng.normal(0, 0.05, (windows, experts)))


def switched(windows, experts, rng):
    """Another kind of requests since a few windows ago. None of it is in the search."""
    since = windows - int(rng.integers(2, 5))
    before, after = popular(experts, rng), popular(experts, rng)
    late = (np.arange(windows) >= since)[:, None]
    return np.where(late, after, before) * np.exp(rng.normal(0, 0.1, (windows, experts)))


FAMILIES = {
    "languages": languages,
    "topics": topics,
    "surges": surges,
    "seasons": seasons,
    "switched": switched,
}

FIXED = {"alike": [[100, 100, 100, 100]], "one_hot": [[300, 100, 100, 100]]}
"""Loads of one layer that stay as they are, so that figures can be reckoned by hand."""
