"""Basin hopping: move away from the present function, polish again, and go on from there if it was accepted."""


def search(rng, work, form):
    current = polish(start(count(), rng), form)
    for _ in range(work - 1):
        trial = polish(move(current, rng), form)
        if accept(trial, current, form):
            current = trial
    return current
