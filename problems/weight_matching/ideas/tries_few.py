"""Disturb what was found, mend it, and keep the better one, a few times."""


def tries():
    return 4
