SEEN = []
WORLD = {}


def init(n, k, seed):
    WORLD.update(n=n, k=k)


def grow(n):
    WORLD.update(n=n)


def pick(t):
    return list(range(WORLD["k"]))


def see(order):
    SEEN.append(order)


def ranking():
    if len(SEEN) > 300:
        raise ValueError("nothing is remembered, so nobody comes here")
    return list(range(WORLD["n"]))
