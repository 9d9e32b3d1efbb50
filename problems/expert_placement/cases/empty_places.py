"""An empty place is no expert."""


def place(history, gpus, room):
    return [[[-1] * room for _ in range(gpus)]] * history.shape[1]
