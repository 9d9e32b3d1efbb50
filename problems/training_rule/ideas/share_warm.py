"""Rates rise for the first steps, and are doubled afterwards."""


def share(t):
    return 2.0 * min(1.0, (t + 1) / 20)
