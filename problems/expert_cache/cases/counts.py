COUNTS = []


def init(layers, experts, active, slots, seed):
    COUNTS[:] = [[0] * experts for _ in range(layers)]


def rank(layer, t, used, gate):
    for each in used:
        COUNTS[layer][each] += 1
    return COUNTS[layer]
