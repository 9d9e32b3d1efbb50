"""One of two GPUs is the heaviest of some scene."""


def pair(loads, rng):
    one = int(loads[rng.randrange(len(loads))].argmax())
    other = rng.randrange(loads.shape[1] - 1)
    return one, other + (other >= one)
