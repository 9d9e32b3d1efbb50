"""Improve several times, each time with a share of the budget and other random numbers, and keep the smallest."""

ROUNDS = 4


def improve(n, network, rng, work):
    return min((inner_improve(n, network, rng, work // ROUNDS) for _ in range(ROUNDS)), key=len)
