"""Put in or take out up to three digits at once; the base follows the largest one."""


def move(base, digits, rng):
    changed = set(digits)
    for _ in range(rng.randint(1, 3)):
        changed ^= {rng.randint(1, max(digits) + 2)}
    return (2 * max(changed) + 1, sorted(changed)) if len(changed) > 1 else (base, digits)
