"""Gradients of each layer are brought to the same length."""

import numpy as np


def tamed(grad, t):
    parts, place = [], 0
    for shape in WORLD["shapes"]:
        part = grad[place : place + int(np.prod(shape))]
        parts.append(part / (1e-8 + float(part @ part) ** 0.5))
        place += len(part)
    return np.concatenate(parts)
