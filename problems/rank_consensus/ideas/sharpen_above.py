"""Of a weight count what is above a floor; who is below it does not count at all."""


def sharpen(weight):
    return max(0.0, weight - 0.3)
