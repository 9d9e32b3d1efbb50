"""Basin hopping: move away from the present function, polish again, and go on from there if it was accepted."""


def search(rng, work):
    current = polish(start(count(), rng))
    for _ in range(work - 1):
        trial = polish(move(current, rng))
        if accept(trial, current):
            current = trial
    return current
