"""Count the refusals in a row, up to three."""


def remember(move, mem, ok, coin):
    return 0 if ok else min(mem + 1, 3)
