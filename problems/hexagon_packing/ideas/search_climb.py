"""Climb for longer, and polish at the end."""


def search(n, rng, work):
    current = spread(place(n, rng))
    for _ in range(5 * work):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)
