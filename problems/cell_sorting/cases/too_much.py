def policy(cmp, mem, ok, coin):
    return 0, mem + 1
