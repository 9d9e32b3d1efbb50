"""Change: an operator that begins late is lifted, with what it takes."""


def changed(ranks, begins, needs, rng):
    other = list(ranks)
    which = max(rng.sample(range(len(ranks)), min(4, len(ranks))), key=lambda each: begins[each])
    for each in [which, *needs[which]]:
        other[each] += 1.0
    return other
