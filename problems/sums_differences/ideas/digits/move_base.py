"""Change the base as well, within what carries nothing over more than one place."""


def move(base, digits, rng):
    if rng.random() < 0.3:
        return min(2 * max(digits) + 1, max(3, base + rng.choice((-2, -1, 1, 2)))), digits
    changed = sorted(set(digits) ^ {rng.randint(1, max(digits) + 1)})
    return (min(base, 2 * max(changed) + 1), changed) if len(changed) > 1 else (base, digits)
