"""Sit still for one turn in four, so that others get on."""


def policy(cmp, mem, ok, coin):
    return inner_policy(cmp, mem, ok, coin) if coin else (0, mem)
