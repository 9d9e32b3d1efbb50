"""Draw several starts and go on from the one with the largest smallest triangle."""


def place(n, rng):
    return max((inner_place(n, rng) for _ in range(8)), key=smallest)
