SUM = {}


def init(slots, tokens, seed):
    pass


def rank(t, keys, weights):
    for key, weight in zip(keys.tolist(), weights.tolist(), strict=True):
        SUM[key] = SUM.get(key, 0) + weight
    return [SUM[key] for key in keys.tolist()]
