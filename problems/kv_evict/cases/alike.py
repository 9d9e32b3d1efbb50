def init(slots, tokens, seed):
    pass


def rank(t, keys, weights):
    return [0] * len(keys)
