"""Rate by the share of the others that were beaten, not by their number."""


def learn(order):
    for place, player in enumerate(order):
        won = 1.0 - 2.0 * place / (len(order) - 1)
        WORLD["rate"][player] += (won - WORLD["rate"][player]) / (1.0 + WORLD["shown"][player])
