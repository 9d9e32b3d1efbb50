"""Of equals whoever can begin sooner goes first."""


def tie(which, soonest):
    return int(soonest[which])
