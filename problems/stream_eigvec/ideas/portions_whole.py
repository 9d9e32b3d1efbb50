"""A block is taken in at once."""


def portions(block):
    return [block]
