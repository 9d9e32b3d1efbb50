"""Exact search, for very short permutations."""


def apply(ring, letter):
    if letter == "X":
        return (ring[1], ring[0], *ring[2:])
    return (*ring[1:], ring[0]) if letter == "L" else (ring[-1], *ring[:-1])


def sort_word(perm, letters):
    seen, layer = {tuple(perm): ""}, [tuple(perm)]
    while tuple(range(len(perm))) not in seen:
        layer, before = [], layer
        for ring in before:
            for letter in letters:
                after = apply(ring, letter)
                if after not in seen:
                    seen[after] = seen[ring] + letter
                    layer.append(after)
    return seen[tuple(range(len(perm)))]
