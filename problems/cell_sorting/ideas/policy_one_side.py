"""Look at one side alone, the one that the coin says: looking may cost something."""


def policy(cmp, mem, ok, coin):
    reach = len(cmp) // 2
    seen = [0] * reach + cmp[reach:] if coin % 2 else cmp[:reach] + [0] * reach
    return inner_policy(seen, mem, ok, coin)
