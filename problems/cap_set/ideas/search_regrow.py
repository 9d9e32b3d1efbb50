"""Drop a random part of the set, grow it again, and keep what is not smaller."""

import itertools


def search(n, rng, work):
    vectors = list(itertools.product(range(3), repeat=n))
    best = grow(sorted(vectors, key=lambda vector: rank(vector, n, rng)))
    for _ in range(work - 1):
        kept = [tuple(vector) for vector in best if rng.random() < 0.8]
        trial = grow(kept + rng.sample(vectors, len(vectors)))
        best = trial if len(trial) >= len(best) else best
    return best
