"""Rates fall to nothing along a cosine."""

import math


def share(t):
    return (1 + math.cos(math.pi * t / WORLD["steps"])) / 2
