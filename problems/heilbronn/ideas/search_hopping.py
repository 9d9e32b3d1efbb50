"""Basin hopping: move away from the present points, polish again, and go on from there if that was accepted."""


def search(n, rng, work):
    current = best = polish(place(n, rng))
    for _ in range(work - 1):
        trial = polish(move(current, rng))
        if accept(trial, current):
            current = trial
        if smallest(current) > smallest(best):
            best = current
    return best
