def aggregate(table):
    return list(range(1, len(table) + 1))
