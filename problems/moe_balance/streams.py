"""Batches of tokens, their affinities to experts, and the most that a batch could keep: from text and a secret."""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from evo.judging import draw_seed

TOKENS, WIDTH = 256, 8
"""Of a batch; of the space in which tokens and experts lie."""
SHOCKS = 2
"""How often in a stream the popularity of all experts is drawn anew."""

FAMILIES = {
    "calm": {"drift": 0.02, "sharpness": 0.5, "spread": 2.5},
    "usual": {"drift": 0.05, "sharpness": 0.5, "spread": 2.5},
    "restless": {"drift": 0.10, "sharpness": 0.5, "spread": 2.5},
    "sharp": {"drift": 0.05, "sharpness": 0.8, "spread": 2.0},
    "wide": {"drift": 0.05, "sharpness": 0.5, "spread": 2.5, "experts": 64, "active": 6},
    "tides": {"drift": 0.02, "sharpness": 0.5, "spread": 2.0, "tide": 2.0},
}
"""How fast popularity drifts, how sharp the softmax is, how unequal experts are, how high tides are."""


def sizes(family):
    """Return how many experts there are, and how many each token goes to."""
    about = FAMILIES[family]
    return about.get("experts", 16), about.get("active", 2)


def stream(family, draw, params):
    """Return the affinities of one stream, (batches, tokens, experts): each token's sum to 1.

    A token lies around a topic that moves slowly; an expert's affinity is a softmax of where the token lies and of how
    popular the expert is, which drifts, and is drawn anew at two shocks.
    """
    about, batches = FAMILIES[family], params["batches"]
    experts, _ = sizes(family)
    rng = np.random.default_rng(draw_seed(f"balance of experts, {family}/{batches}/{draw}", params))
    taste = 1.5 / WIDTH**0.5 * rng.normal(size=(experts, WIDTH))
    topic, popular = 0.7 * rng.normal(size=WIDTH), about["spread"] * rng.normal(size=experts)
    shocks = rng.choice(np.arange(batches // 6, batches - batches // 6), SHOCKS, replace=False)
    phase = rng.uniform(0, 2 * np.pi, experts)
    found = np.empty((batches, TOKENS, experts))
    for t in range(batches):
        if t in shocks:
            popular = about["spread"] * rng.normal(size=experts)
        popular = wander(popular, about["spread"], about["drift"], rng)
        topic = wander(topic, 0.7, 0.05, rng)
        tide = about.get("tide", 0.0) * np.sin(2 * np.pi * t / 40 + phase)
        tokens = topic + rng.normal(size=(TOKENS, WIDTH))
        # No BLAS, so that no number of threads changes a digit.
        found[t] = softmax(about["sharpness"] * (np.einsum("td,ed->te", tokens, taste) + popular + tide))
    return found


def wander(values, spread, rate, rng):
    """Return the next values of a process whose standard deviation stays `spread`."""
    return (1 - rate**2) ** 0.5 * values + spread * rate * rng.normal(size=len(values))


def softmax(logits):
    """Return shares, row by row."""
    found = np.exp(logits - logits.max(axis=1, keepdims=True))
    return found / found.sum(axis=1, keepdims=True)


def most_kept(affinity, active, capacity):
    """Return the largest sum of affinities of an assignment within all capacities, (tokens, experts) given.

    A token goes to `active` experts at most, an expert takes `capacity` tokens at most. The linear program of that is a
    transport, so its optimum is one in whole numbers.
    """
    tokens, experts = affinity.shape
    cells = np.arange(tokens * experts)
    rows, columns = np.r_[cells // experts, tokens + cells % experts], np.r_[cells, cells]
    sides = csr_matrix((np.ones(2 * len(cells)), (rows, columns)), shape=(tokens + experts, len(cells)))
    limits = np.r_[np.full(tokens, active), np.full(experts, capacity)]
    found = linprog(-affinity.ravel(), A_ub=sides, b_ub=limits, bounds=(0, 1), method="highs")
    return -float(found.fun)
