"""Let the remembered number take turns with the coin."""


def pick(wishes, mem, ok, coin):
    return inner_pick(wishes, mem, ok, (coin + mem) % 4)
