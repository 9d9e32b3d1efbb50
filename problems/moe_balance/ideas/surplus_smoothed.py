"""Look at a running mean of the loads."""


def surplus(load, mean, t):
    before = WORLD.get("load", load)
    WORLD["load"] = 0.7 * before + 0.3 * load
    return 1.0 - WORLD["load"]
