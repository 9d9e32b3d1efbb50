def next_pair(at, flows, distances):
    free = at.index(-1)
    return [free, free]
