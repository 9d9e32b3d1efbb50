"""Each expert has a rate of its own: whose affinities are large has to be moved further for the same change of load."""


def rate(gap, t):
    return 0.03 * (WORLD.get("mean", 1.0 / WORLD["experts"]) + 0.05)
