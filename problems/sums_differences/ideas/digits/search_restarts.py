"""Climb several times and keep the best end."""


def search(rng, work):
    ends = []
    for _ in range(4):
        current = build(rng)
        for _ in range(2 * work):
            trial = move(*current, rng)
            if accept(trial, current):
                current = trial
        ends.append(current)
    return max(ends, key=lambda end: exponent(*end))
