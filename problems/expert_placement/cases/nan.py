"""No numbers."""


def place(history, gpus, room):
    return [[[float("nan")] * room for _ in range(gpus)]] * history.shape[1]
