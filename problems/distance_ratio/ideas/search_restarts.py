"""Restart from fresh points, polish every arrangement and keep the best."""


def search(n, d, rng, work):
    return min((polish(place(n, d, rng)) for _ in range(max(1, work))), key=ratio)
