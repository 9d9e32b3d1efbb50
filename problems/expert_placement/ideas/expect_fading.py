"""Expect a mean in which the latest windows count most."""

import numpy as np


def expect(shown):
    counts = 0.2 ** np.arange(len(shown))[::-1]
    return (counts[:, None] * shown).sum(axis=0) / counts.sum()
