"""After a refusal let the coin mean the other side."""


def pick(wishes, mem, ok, coin):
    return inner_pick(wishes, mem, ok, coin if ok else 3 - coin)
