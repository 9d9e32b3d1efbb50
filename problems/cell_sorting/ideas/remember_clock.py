"""Let the memory go round, as a clock of four hours."""


def remember(move, mem, ok, coin):
    return (mem + 1) % 4
