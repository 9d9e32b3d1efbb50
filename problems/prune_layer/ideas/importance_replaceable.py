"""A weight whose inputs other channels can stand in for is worth less."""

import numpy as np


def importance(W, H):
    damped = H + 0.1 * np.trace(H) / len(H) * np.eye(len(H))
    return np.abs(W) / np.sqrt(np.diag(np.linalg.inv(damped)))
