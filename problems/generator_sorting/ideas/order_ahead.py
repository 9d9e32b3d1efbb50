"""Look ahead: keep several beginnings at once while entries are carried to behind their predecessors."""

WIDTH = 6


def order(ring, letters):
    n, beam = len(ring), [("", list(ring))]
    for entry in range(1, n):
        further = []
        for word, now in beam:
            start = turn(now.index(entry), n, letters)
            for carry in ["XL", "RX"] if "R" in letters else ["XL"]:
                more, moved = start, apply(now, start)
                while moved[-1] != entry - 1:
                    moved, more = apply(moved, carry), more + carry
                further.append((tidy(word + more, n, letters), moved))
            if now[now.index(entry) - 1] == entry - 1:
                further.append((word, now))
        beam = sorted(further, key=lambda each: len(each[0]))[:WIDTH]
    return beam[0][0]
