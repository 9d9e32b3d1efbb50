"""Drop a random part of the vectors, fill up again from all candidates, and keep what is not shorter."""


def search(d, rng, work):
    vectors = candidates(d, rng)
    best = pick(order(vectors, rng))
    for _ in range(min(work, 4) - 1):
        kept = [row for row in best if rng.random() < 0.7]
        trial = pick(kept + order(vectors, rng))
        best = trial if len(trial) >= len(best) else best
    return best
