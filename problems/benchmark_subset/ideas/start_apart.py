"""Begin with each next one far from those before: the farthest of a few by lot."""


def start(points, count, rng):
    chosen = rng.sample(range(len(points)), 1)
    while len(chosen) < count:
        few = rng.sample(sorted(set(range(len(points))) - set(chosen)), 8)
        away = ((points[few][:, None] - points[chosen]) ** 2).sum(axis=2).min(axis=1)
        chosen.append(few[int(away.argmax())])
    return chosen
