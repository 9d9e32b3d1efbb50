"""Answers by how often it was asked."""

ASKED = [0]


def policy(cmp, mem, ok, coin):
    ASKED[0] += 1
    return -1 if ASKED[0] % 3 == 0 else 0, 0
