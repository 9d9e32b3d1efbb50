"""An expert that is not there."""


def place(history, gpus, room):
    return [[[64] * room for _ in range(gpus)]] * history.shape[1]
