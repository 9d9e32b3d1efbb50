"""Keep vectors with the same places of zeros together, in an order drawn once for all."""


def rank(vector, n, rng):
    key = sum(1 << k for k, digit in enumerate(vector) if digit == 0)
    return key * 40503 % 65537, vector
