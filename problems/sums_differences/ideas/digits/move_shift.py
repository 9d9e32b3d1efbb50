"""Move one digit by a small amount."""


def move(base, digits, rng):
    digit = rng.choice(sorted(digits)[1:])
    changed = sorted((set(digits) - {digit}) | {max(1, digit + rng.choice((-2, -1, 1, 2)))})
    return min(base, 2 * max(changed) + 1), changed
