def next_pair(at, flows, distances):
    free = at.index(-1)
    at.clear()
    flows = flows * 0
    return [free, free]
