def aggregate(table):
    first, second, *rest = sorted(range(len(table)), key=lambda system: -table[system][0])
    return [second, first, *rest]
