"""Holds a speed that shrinks with the height."""


def thrust(height, speed, fuel):
    """Return how strongly to burn, from 0 to 1."""
    wanted = 1.0 + 0.05 * height
    return 0.4 + 0.5 * (speed - wanted)
