"""Begin anywhere."""


def start(first, second, rng):
    return [rng.permutation(len(matrix)) for matrix in first[:-1]]
