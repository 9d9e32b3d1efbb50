"""Move one element by a small amount."""


def move(values, rng):
    place = rng.randrange(1, len(values))
    changed = set(values) - {sorted(values)[place]}
    changed.add(max(1, sorted(values)[place] + rng.randint(-3, 3)))
    return sorted(changed)
