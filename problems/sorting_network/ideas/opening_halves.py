"""Begin with the layers of a hypercube: compare wires whose numbers differ in one binary digit."""


def opening(n):
    digits = range((n - 1).bit_length())
    return [[i, i | 1 << k] for k in digits for i in range(n) if not i >> k & 1 and i | 1 << k < n]
