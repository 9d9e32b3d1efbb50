"""Split the work into independent searches and keep the best result, in case one of them gets stuck."""


def search(n, rng, work):
    parts = min(3, max(1, work))
    return max((inner_search(n, rng, work // parts) for _ in range(parts)), key=total)
