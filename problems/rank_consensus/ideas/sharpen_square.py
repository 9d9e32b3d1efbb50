"""Weights are squared, so that differences between them grow."""


def sharpen(weight):
    return max(0.0, weight) ** 2
