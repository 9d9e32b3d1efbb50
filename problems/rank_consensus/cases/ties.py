def aggregate(table):
    return [[0, 1], *range(2, len(table))]
