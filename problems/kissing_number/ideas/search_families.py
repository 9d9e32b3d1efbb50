"""Drop a few families of vectors that use the same coordinates, fill up again, and keep what is not shorter."""


def search(d, rng, work):
    vectors = candidates(d, rng)
    best = pick(order(vectors, rng))
    for _ in range(work - 1):
        families = sorted({tuple(value == 0 for value in row) for row in best})
        gone = set(rng.sample(families, min(len(families), rng.randint(2, 10))))
        kept = [row for row in best if tuple(value == 0 for value in row) not in gone]
        trial = pick(kept + order(vectors, rng))
        best = trial if len(trial) >= len(best) else best
    return best
