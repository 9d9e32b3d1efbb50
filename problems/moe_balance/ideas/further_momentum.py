"""Go on for a while where the last steps went."""


def further(step, mean, t):
    WORLD["before"] = step + 0.3 * WORLD["before"]
    return WORLD["before"]
