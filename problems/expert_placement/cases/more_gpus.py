"""Twice as many GPUs as there are."""


def place(history, gpus, room):
    return [[[place % 64 for place in range(room)] for _ in range(2 * gpus)]] * history.shape[1]
