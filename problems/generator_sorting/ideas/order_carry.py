"""Carry each entry to behind its predecessor, forwards or backwards, whichever is shorter."""


def order(ring, letters):
    ring, n, word = list(ring), len(ring), ""
    for entry in range(1, n):
        if ring[ring.index(entry) - 1] == entry - 1:
            continue
        start = turn(ring.index(entry), n, letters)
        ways = []
        for carry in ["XL", "RX"] if "R" in letters else ["XL"]:
            more, moved = start, apply(ring, start)
            while moved[-1] != entry - 1:
                moved, more = apply(moved, carry), more + carry
            ways.append((more, moved))
        more, ring = min(ways, key=lambda way: len(tidy(word + way[0], n, letters)))
        word = tidy(word + more, n, letters)
    return word
