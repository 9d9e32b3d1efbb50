"""Half of an expert."""


def place(history, gpus, room):
    return [[[0.5] * room for _ in range(gpus)]] * history.shape[1]
