"""Directed graphs without cycles, and correlations of what follows them: drawn from text and perhaps a run's secret."""

import numpy as np

from evo.judging import draw_seed

SAMPLES = 250

FAMILIES = {
    "sparse": {"parents": (1, 2)},
    "usual": {"parents": (1, 3)},
    "dense": {"parents": (2, 4)},
    "hubs": {"parents": (1, 3), "hubs": 3},
    "large": {"parents": (1, 3), "grown": 8},
}
"""How many parents a node has; nodes that many others hang on; nodes besides."""


def case(family, draw, params):
    """Return (correlations of 250 samples, (d, d), and the true parents of each node).

    Noise is unequal, and everything is scaled to variance 1, so that no order can be read off variances.
    """
    about = FAMILIES[family]
    d = params["nodes"] + about.get("grown", 0)
    rng = np.random.default_rng(draw_seed(f"graph, {family}/{d}/{draw}", params))
    order, parents, values = rng.permutation(d), [[] for _ in range(d)], np.zeros((d, SAMPLES))
    for place, node in enumerate(order):
        before = order[:place]
        count = min(place, int(rng.integers(about["parents"][0], about["parents"][1] + 1)))
        weights = np.where(np.arange(place) < about.get("hubs", 0), 6.0, 1.0)
        chosen = rng.choice(before, count, replace=False, p=weights / weights.sum()) if count else []
        parents[node] = sorted(int(each) for each in chosen)
        slopes = rng.uniform(0.4, 1.2, count) * rng.choice((-1, 1), count)
        noise = rng.uniform(0.6, 1.4) * rng.normal(size=SAMPLES)
        values[node] = sum((slope * values[p] for slope, p in zip(slopes, parents[node], strict=True)), noise)
        values[node] = (values[node] - values[node].mean()) / values[node].std()
    found = np.einsum("is,js->ij", values, values) / SAMPLES
    return found, parents


def local_score(correlations, node, parents, samples):
    """Return what a node costs with these parents: its Gaussian BIC, without constants."""
    chosen = list(parents)
    rest = float(correlations[node, node])
    if chosen:
        sides = correlations[np.ix_(chosen, chosen)]
        rest -= float(correlations[node, chosen] @ np.linalg.solve(sides, correlations[chosen, node]))
    return samples * np.log(max(rest, 1e-12)) + np.log(samples) * len(chosen)
