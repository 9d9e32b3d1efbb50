def init(slots, tokens, seed):
    pass


def rank(t, keys, weights):
    return {str(key): 1.0 for key in keys.tolist()}
