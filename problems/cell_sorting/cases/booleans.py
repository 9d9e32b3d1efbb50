def policy(cmp, mem, ok, coin):
    return cmp[0] == 1, mem
