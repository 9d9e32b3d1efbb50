"""Let the coin choose among all moves that put a pair in order."""


def pick(wishes, mem, ok, coin):
    return wishes[coin % len(wishes)]
