"""Move ratings less, the more votes there were on a player."""


def learn(order):
    before = WORLD["rate"].copy()
    inner_learn(order)
    WORLD["rate"] = before + (WORLD["rate"] - before) * 2.0 / (1.0 + 0.3 * WORLD["shown"])
