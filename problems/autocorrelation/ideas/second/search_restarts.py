"""Polish several shaken copies of the first function and keep the best."""


def search(rng, work):
    first = start(count(), rng)
    trials = [polish(first)] + [polish(move(first, rng)) for _ in range(work - 1)]
    return max(trials, key=value)
