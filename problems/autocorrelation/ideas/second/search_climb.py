"""Climb for a long time: many moves, each kept where it helps, one polish at the end."""


def search(rng, work):
    current = start(count(), rng)
    for _ in range(100 * work):
        trial = move(current, rng)
        if accept(trial, current):
            current = trial
    return polish(current)
