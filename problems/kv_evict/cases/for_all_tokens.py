def init(slots, tokens, seed):
    pass


def rank(t, keys, weights):
    return [0.0] * 384
