"""The longest row speaks for all."""


def finish(rows):
    return rows[(rows**2).sum(axis=1).argmax()]
