"""Polish several shaken copies of the first function and keep the best."""


def search(rng, work, form):
    first = start(count(), rng)
    trials = [polish(first, form)] + [polish(move(first, rng), form) for _ in range(work - 1)]
    return min(trials, key=lambda heights: value(heights, form))
