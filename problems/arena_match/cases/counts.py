WON = {}
WORLD = {}


def init(n, k, seed):
    WORLD.update(n=n, k=k)


def grow(n):
    WORLD.update(n=n)


def pick(t):
    return list(range(WORLD["k"]))


def see(order):
    for place, each in enumerate(order):
        WON[each] = WON.get(each, 0) + len(order) - 1 - 2 * place


def ranking():
    return sorted(range(WORLD["n"]), key=lambda each: -WON.get(each, 0))
