"""Spend a third of the budget on fresh layouts, the rest on hops from the best of them."""


def search(n, rng, work):
    fresh = max(1, work // 3)
    current = best = max((polish(measured(place(n, rng))) for _ in range(fresh)), key=total)
    for _ in range(work - fresh):
        trial = polish(measured(move(current, rng)))
        current = trial if accept(trial, current) else current
        best = max(best, current, key=total)
    return best
