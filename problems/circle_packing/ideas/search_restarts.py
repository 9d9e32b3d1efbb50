"""Restart from fresh layouts, polish every one of them and keep the best."""


def search(n, rng, work):
    best = polish(measured(place(n, rng)))
    for _ in range(work - 1):
        trial = polish(measured(place(n, rng)))
        if total(trial) > total(best):
            best = trial
    return best
