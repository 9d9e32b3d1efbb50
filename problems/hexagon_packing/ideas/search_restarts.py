"""Polish several fresh packings and keep the best."""


def search(n, rng, work):
    return min((polish(spread(place(n, rng))) for _ in range(max(1, work // 4))), key=side)
