"""One replica more on each GPU than there is room for."""


def place(history, gpus, room):
    return [[[gpu * room + place for place in range(room + 1)] for gpu in range(gpus)]] * history.shape[1]
