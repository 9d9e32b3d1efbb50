"""Try every entry as the least one of the ring and keep the shortest word, the last turn included."""


def order(ring, letters):
    n, best = len(ring), None
    for least in range(n):
        word = inner_order([(entry - least) % n for entry in ring], letters)
        home = apply(ring, word).index(0)
        length = len(tidy(word + turn(home, n, letters), n, letters))
        if best is None or length < best[0]:
            best = length, word
    return best[1]
