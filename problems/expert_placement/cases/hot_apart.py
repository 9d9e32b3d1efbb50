"""The expert with half of the load has a replica on either GPU, and a light one too."""


def place(history, gpus, room):
    return [[[0, 1, 2], [0, 3, 2]]]
