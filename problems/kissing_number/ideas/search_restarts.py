"""Make several passes and keep the longest list."""


def search(d, rng, work):
    vectors = candidates(d, rng)
    return max((pick(order(vectors, rng)) for _ in range(max(1, min(work, 4)))), key=len)
