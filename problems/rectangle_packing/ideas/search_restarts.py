"""Restart from fresh layouts, polish every one of them and keep the best."""


def search(n, rng, work):
    return max((polish(measured(place(n, rng))) for _ in range(max(1, work))), key=total)
