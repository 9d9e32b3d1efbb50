"""Record the calls of a plain method, fit a mixture to the velocities seen, and follow the fit for free."""

import numpy as np

COMPONENTS, ROUNDS, STEPS = 40, 12, 100


def calibrate(x0, calls):
    yield {"best": []}
    return []


def moved(x, t, means, widths, shares):
    variance = (1 - t) ** 2 + t**2 * widths**2
    apart = ((x[:, None] - t * means) ** 2).sum(axis=2)
    likely = np.log(shares) - x.shape[1] / 2 * np.log(variance) - apart / 2 / variance
    near = np.exp(likely - likely.max(axis=1, keepdims=True))
    near /= near.sum(axis=1, keepdims=True)
    pull = (t * widths**2 - (1 - t)) / variance
    return near @ means - t * (near * pull) @ means + (near @ pull)[:, None] * x


def sample(x0, calls, notes, seed):
    yield {"best": x0}
    x, rng = x0, np.random.default_rng(seed)
    for step in range(calls):
        t = step / calls
        v = yield {"ask": {"v": [x, t]}}
        aims = x + (1 - t) * v
        x = x + v / calls
    # Where the last calls aimed at is near the components: k-means on that, and the rest of the path by the fit.
    ends = np.concatenate([aims, x])
    means = ends[rng.permutation(len(ends))[:COMPONENTS]]
    for _ in range(ROUNDS):
        near = ((ends[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        means = np.array([ends[near == k].mean(axis=0) if (near == k).any() else means[k] for k in range(COMPONENTS)])
    off = ((ends - means[near]) ** 2).mean(axis=1)
    widths = np.array(
        [max(0.1, off[near == k].mean() ** 0.5 if (near == k).sum() > 1 else 0.3) for k in range(COMPONENTS)]
    )
    shares = np.bincount(near, minlength=COMPONENTS) + 0.1
    x = x0
    for step in range(STEPS):
        x = x + moved(x, step / STEPS, means, widths, shares / shares.sum()) / STEPS
    return x
