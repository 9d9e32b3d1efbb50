"""Begin with one by lot of each layer along the first axis."""


def start(points, count, rng):
    order = points[:, 0].argsort(kind="stable").tolist()
    return [rng.choice(order[len(order) * k // count : len(order) * (k + 1) // count]) for k in range(count)]
