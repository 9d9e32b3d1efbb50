"""One key in twelve stands on the next level."""


def height(key, rng):
    levels = 0
    while rng.random() < 1 / 12:
        levels += 1
    return levels
