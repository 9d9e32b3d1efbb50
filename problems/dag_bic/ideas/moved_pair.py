"""Let any two nodes change places."""


def moved(order, rng):
    a, b = rng.sample(range(len(order)), 2)
    order[a], order[b] = order[b], order[a]
    return order
