"""Each group chooses the best of a few members for the few, once."""


def improve(medoids, n, left, rng):
    few = rng.sample(range(n), min(n, left // (3 * len(medoids))))
    table = yield from cross(medoids, few)
    near = table.argmin(axis=0)
    chosen = list(medoids)
    for place in range(len(medoids)):
        group = [few[at] for at in range(len(few)) if near[at] == place and few[at] not in medoids][:5]
        if len(group) > 2:
            inner = yield from cross(group, group)
            chosen[place] = group[int(inner.sum(axis=1).argmin())]
    return chosen
