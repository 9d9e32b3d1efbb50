"""Basin hopping: move away from the present packing, polish again, and go on from there if it was accepted."""


def search(n, rng, work):
    current = best = polish(spread(place(n, rng)))
    for _ in range(work - 1):
        trial = polish(move(current, rng))
        current = trial if accept(trial, current) else current
        best = min(best, current, key=side)
    return best
