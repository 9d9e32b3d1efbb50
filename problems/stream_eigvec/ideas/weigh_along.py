"""A row is worth what it has along the direction that all rows speak for."""


def weigh(rows):
    return inner_weigh(rows) + ((rows @ finish(rows)) ** 2)
