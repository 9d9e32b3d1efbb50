"""Against a transaction speak the steps by which the end of all moves."""


def cost(which, last, soonest, delay, lengths):
    return max(0, int(soonest[which]) + lengths[which] - last)
