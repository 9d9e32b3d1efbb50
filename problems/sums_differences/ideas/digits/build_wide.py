"""Begin with every digit up to a larger one."""


def build(rng):
    return 41, list(range(21))
