WORLD = {}


def init(n, k, seed):
    WORLD.update(n=n, k=k)


def grow(n):
    WORLD.update(n=n)


def pick(t):
    return list(range(WORLD["k"]))


def see(order):
    pass


def ranking():
    return list(range(WORLD["n"] - 1))
