"""Remember the direction of the last move, 1 for left and 2 for right."""


def remember(move, mem, ok, coin):
    return 1 if move < 0 else 2 if move > 0 else mem
