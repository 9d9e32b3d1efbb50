"""Spend a share of the work on restarts, and hop from the best of them with the rest."""


def search(n, rng, work):
    starts = max(1, work // 4)
    current = best = max((polish(measured(place(n, rng))) for _ in range(starts)), key=total)
    for _ in range(work - starts):
        trial = polish(measured(move(current, rng)))
        if accept(trial, current):
            current = trial
        if total(current) > total(best):
            best = current
    return best
