"""Restart from fresh points, polish every arrangement and keep the best."""


def search(n, rng, work):
    return max((polish(place(n, rng)) for _ in range(max(1, work))), key=smallest)
