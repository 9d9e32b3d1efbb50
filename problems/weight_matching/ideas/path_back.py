"""Look at the layers forth and back again."""


def path(layers, rng):
    return [*range(layers), *reversed(range(layers - 1))]
