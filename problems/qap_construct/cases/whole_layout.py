def next_pair(at, flows, distances):
    return list(range(len(at)))
