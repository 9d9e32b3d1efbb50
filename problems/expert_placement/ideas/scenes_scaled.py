"""Scenes are what was seen, moved so that their mean is what is expected."""

import numpy as np


def scenes(shown, expected):
    seen = inner_scenes(shown, expected)
    return np.maximum(0.0, seen - seen.mean(axis=0) + expected)
