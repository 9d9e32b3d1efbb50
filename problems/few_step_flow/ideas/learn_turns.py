"""Follow the probes in many steps and note how the turning of their paths adds up over time."""

import numpy as np


def learn(x, calls):
    steps, turned, before = calls // 2, [0.0], None
    for step in range(steps):
        v = yield from velocity(x, step / steps)
        if before is not None:
            turned.append(turned[-1] + np.sqrt(np.linalg.norm(v - before, axis=1).mean()))
        before, x = v, x + v / steps
    every = np.interp(np.linspace(0.0, 1.0, 20), np.linspace(0.0, 1.0, len(turned)), turned)
    return list(every / every[-1])
