"""One of the ten nearest others comes for the one that goes."""


def coming(points, chosen, gone, free, rng):
    away = ((points[free] - points[gone]) ** 2).sum(axis=1)
    return [free[rng.choice(away.argsort(kind="stable")[:10].tolist())]]
