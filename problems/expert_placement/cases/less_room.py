"""An empty place has no load."""


def place(history, gpus, room):
    return [[[gpu * room + place for place in range(room - 1)] for gpu in range(gpus)]] * history.shape[1]
