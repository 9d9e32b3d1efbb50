def aggregate(table):
    return list(range(len(table) - 1))
