def policy(cmp, mem, ok, coin):
    return 2, mem
