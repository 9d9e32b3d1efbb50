def aggregate(table):
    return [0, *range(len(table) - 1)]
