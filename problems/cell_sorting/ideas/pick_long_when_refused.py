"""After a refusal consider the longest moves alone: what does not move may be stepped over."""


def pick(wishes, mem, ok, coin):
    if ok:
        return inner_pick(wishes, mem, ok, coin)
    longest = max(abs(move) for move in wishes)
    return inner_pick([move for move in wishes if abs(move) == longest], mem, ok, coin)
