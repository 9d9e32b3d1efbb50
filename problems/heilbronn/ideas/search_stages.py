"""Spend a third of the budget on fresh starts, the rest on hops from the best of them."""


def search(n, rng, work):
    fresh = max(1, work // 3)
    current = best = max((polish(place(n, rng)) for _ in range(fresh)), key=smallest)
    for _ in range(work - fresh):
        trial = polish(move(current, rng))
        current = trial if accept(trial, current) else current
        best = max(best, current, key=smallest)
    return best
