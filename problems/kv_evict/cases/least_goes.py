def init(slots, tokens, seed):
    pass


def rank(t, keys, weights):
    return list(weights)
