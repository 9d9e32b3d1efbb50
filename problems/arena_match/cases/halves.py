WORLD = {}


def init(n, k, seed):
    WORLD.update(n=n, k=k)


def grow(n):
    WORLD.update(n=n)


def pick(t):
    return [0.0, 1.0, 2.0, 3.0]


def see(order):
    pass


def ranking():
    return list(range(WORLD["n"]))
