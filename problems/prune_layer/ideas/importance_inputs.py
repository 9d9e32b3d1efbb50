"""A weight is worth its size times that of its inputs."""

import numpy as np


def importance(W, H):
    return np.abs(W) * np.sqrt(np.diag(H))
