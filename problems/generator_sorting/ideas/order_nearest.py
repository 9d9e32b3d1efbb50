"""Carry entries to behind their predecessors, each time the one that costs fewest letters from here."""


def order(ring, letters):
    ring, n, word = list(ring), len(ring), ""
    while True:
        loose = [entry for entry in range(1, n) if ring[ring.index(entry) - 1] != entry - 1]
        if not loose:
            return word
        ways = []
        for entry in loose:
            start = turn(ring.index(entry), n, letters)
            for carry in ["XL", "RX"] if "R" in letters else ["XL"]:
                more, moved = start, apply(ring, start)
                while moved[-1] != entry - 1:
                    moved, more = apply(moved, carry), more + carry
                ways.append((len(tidy(word + more, n, letters)), more, moved))
        _, more, ring = min(ways)
        word = tidy(word + more, n, letters)
