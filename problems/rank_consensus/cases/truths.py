def aggregate(table):
    return [True, *range(1, len(table))]
