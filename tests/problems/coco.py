"""Instances of the BBOB functions as COCO and ioh draw them, by the generator of BBOB 2009: a check of ours.

It draws what the definition leaves open: optima, rotations, peaks. Source: numbbo/coco, `suite_bbob_legacy_code.c`
and `f_gallagher.c`.
"""

import numpy as np


def uniforms(count, seed):
    """Numbers in (0, 1): a linear congruence, shuffled by a table of 32."""

    def following(state):
        state = 16807 * (state % 127773) - 2836 * (state // 127773)
        return state + 2147483647 if state < 0 else state

    state, table, found = max(1, abs(seed)), [0] * 32, []
    for place in range(39, -1, -1):
        state = following(state)
        if place < 32:
            table[place] = state
    last = table[0]
    for _ in range(count):
        state = following(state)
        place = last // 67108865
        last, table[place] = table[place], state
        found.append(last / 2147483647.0 or 1e-99)
    return np.array(found)


def normals(count, seed):
    """Normal numbers, by the cosine alone."""
    drawn = uniforms(2 * count, seed)
    return np.sqrt(-2 * np.log(drawn[:count])) * np.cos(2 * np.pi * drawn[count:])


def rotation(d, seed):
    """Normal numbers, made orthogonal column by column."""
    columns = normals(d * d, seed).reshape(d, d)
    for i in range(d):
        for j in range(i):
            columns[i] -= (columns[i] * columns[j]).sum() * columns[j]
        columns[i] /= (columns[i] ** 2).sum() ** 0.5
    return columns.T


def seed_of(number, instance):
    """The seed of an instance; two functions have that of their neighbours."""
    return {4: 3, 18: 17}.get(number, number) + 10000 * instance


def place(number, instance, d):
    """Where the optimum of a function lies, for those that draw it as most do."""
    x = 8 * np.floor(1e4 * uniforms(d, seed_of(number, instance))) / 1e4 - 4
    return np.where(x == 0, -1e-5, x)


def peaks_of(number, seed, d):
    """The peaks of functions 21 and 22, and the diagonals of their matrices."""
    count, width, top = (101, 10.0, 1000**0.5) if number == 21 else (21, 9.8, 1000.0)
    conditions = np.concatenate([[top], 1000.0 ** (np.argsort(uniforms(count - 1, seed)) / (count - 2))])
    places = np.array([np.argsort(uniforms(d, seed + 1000 * each)) for each in range(count)])
    peaks = width * uniforms(count * d, seed).reshape(count, d) - width / 2
    peaks[0] *= 0.8
    return peaks, conditions[:, None] ** (places / (d - 1) - 0.5)


def landscape(make, number, instance, d, x_opt):
    """An instance with its optimum at `x_opt`, whose value is 0; `make` is the pack's Landscape."""
    seed = seed_of(number, instance)
    own = number in {9, 19, 21, 22}
    first, second = rotation(d, seed if own else seed + 1000000), rotation(d, seed)
    if number in {6, 7, 13, 23, 24}:  # What the definition calls R and Q change places in the code.
        first, second = second, first
    peaks, widths = peaks_of(number, seed, d) if number in {21, 22} else (None, None)
    return make(x_opt, 0.0, first, second, peaks, widths)
