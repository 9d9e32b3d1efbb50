"""After a refusal consider the shortest moves alone."""


def pick(wishes, mem, ok, coin):
    if ok:
        return inner_pick(wishes, mem, ok, coin)
    shortest = min(abs(move) for move in wishes)
    return inner_pick([move for move in wishes if abs(move) == shortest], mem, ok, coin)
