LAYOUTS = []


def next_pair(at, flows, distances):
    LAYOUTS.append(at)
    return [at.index(-1)] * 2 if len(LAYOUTS) == 1 else [-1, -1]
