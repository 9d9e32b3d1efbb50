"""In the end a few swaps by lot, compared by the discrepancy itself."""


def polish(points, chosen, rng):
    least = measure(points, chosen)
    for _ in range(20):
        other = rng.choice(sorted(set(range(len(points))) - set(chosen)))
        gone = rng.choice(chosen)
        changed = [other if each == gone else each for each in chosen]
        value = measure(points, changed)
        if value < least:
            chosen, least = changed, value
    return chosen
