"""Sort short permutations exactly, by breadth-first search from the sorted one."""

from functools import cache

EXACT = 6


@cache
def exact(n, letters):
    home = tuple(range(n))
    found, layer = {home: ""}, [home]
    while layer:
        layer, before = [], layer
        for ring in before:
            for letter, back in [("X", "X"), ("L", "R"), ("R", "L")]:
                earlier = tuple(apply(ring, back))
                if letter in letters and earlier not in found:
                    found[earlier] = letter + found[ring]
                    layer.append(earlier)
    return found


def sort_word(perm, letters):
    if len(perm) > EXACT:
        return inner_sort_word(perm, letters)
    return exact(len(perm), letters)[tuple(perm)]
