"""Truth in place of numbers."""


def place(history, gpus, room):
    return [[[True] * room for _ in range(gpus)]] * history.shape[1]
