LAST = []


def init(layers, experts, active, slots, seed):
    LAST[:] = [[-1] * experts for _ in range(layers)]


def rank(layer, t, used, gate):
    for each in used:
        LAST[layer][each] = t
    return LAST[layer]
