"""Put in or take out every digit in turn, again and again, and keep what is better."""


def search(rng, work):
    base, digits = build(rng)
    for _ in range(max(1, work // 10)):
        for digit in range(1, max(digits) + 2):
            changed = sorted(set(digits) ^ {digit})
            trial = (2 * max(changed) + 1, changed)
            if len(changed) > 1 and accept(trial, (base, digits)):
                base, digits = trial
    return base, digits
