def policy(cmp, mem, ok, coin):
    return 3, mem
