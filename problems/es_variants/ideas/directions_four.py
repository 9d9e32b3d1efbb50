"""Perturb with rank four, which has less variance than rank one."""


def directions(rng, pairs, m, n):
    return rng.standard_normal((pairs, 4, m)), rng.standard_normal((pairs, 4, n))
