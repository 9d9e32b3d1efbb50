"""Everyone asks for the left neighbour's place, whoever that is."""


def policy(cmp, mem, ok, coin):
    return -1, 0
