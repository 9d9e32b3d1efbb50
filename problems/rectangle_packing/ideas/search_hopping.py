"""Basin hopping: move away from the present packing, polish again, and go on from there if it was accepted."""


def search(n, rng, work):
    current = best = polish(measured(place(n, rng)))
    for _ in range(work - 1):
        trial = polish(measured(move(current, rng)))
        if accept(trial, current):
            current = trial
        if total(current) > total(best):
            best = current
    return best
