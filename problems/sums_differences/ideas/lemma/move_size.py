"""Add an element or take one out."""


def move(values, rng):
    if len(values) > 3 and rng.random() < 0.5:
        return sorted(set(values) - {rng.choice(sorted(values)[1:])})
    return sorted({*values, rng.randint(1, 2 * max(values))})
