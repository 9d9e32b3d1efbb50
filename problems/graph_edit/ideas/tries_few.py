"""Disturb the best matching a few times, and keep what is no worse."""


def tries():
    return 5
