"""Of the moves that put a pair in order, consider the longest ones alone."""


def pick(wishes, mem, ok, coin):
    longest = max(abs(move) for move in wishes)
    return inner_pick([move for move in wishes if abs(move) == longest], mem, ok, coin)
