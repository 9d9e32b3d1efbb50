"""Replace every short stretch of the word by the shortest one that does the same, found by breadth-first search."""

from functools import cache

REACH = 4


@cache
def shortest(n, letters):
    found, layer = {tuple(range(n)): ""}, [tuple(range(n))]
    for _ in range(REACH):
        layer, before = [], layer
        for ring in before:
            for letter in letters:
                after = tuple(apply(ring, letter))
                if after not in found:
                    found[after] = found[ring] + letter
                    layer.append(after)
    return found


def tidy(word, n, letters):
    word, at = inner_tidy(word, n, letters), 0
    while at < len(word):
        for width in range(2 * REACH, 2, -1):
            piece = word[at : at + width]
            better = shortest(n, letters).get(tuple(apply(range(n), piece)))
            if better is not None and len(better) < len(piece):
                word, at = word[:at] + better + word[at + width :], max(at - 2 * REACH, 0) - 1
                break
        at += 1
    return word
