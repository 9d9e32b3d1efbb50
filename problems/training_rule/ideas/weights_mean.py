"""Look at a mean of the parameters of some last looks."""


def weights(params, t):
    WORLD["mean"] = 0.5 * WORLD.get("mean", params) + 0.5 * params
    return WORLD["mean"]
