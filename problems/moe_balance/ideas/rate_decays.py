"""Steps become smaller with time, as a proof of convergence wants them."""


def rate(gap, t):
    return 0.02 / (t + 1) ** 0.5
