"""Climb for longer."""


def search(rng, work):
    current = build(rng)
    for _ in range(10 * work):
        trial = move(*current, rng)
        if accept(trial, current):
            current = trial
    return current
