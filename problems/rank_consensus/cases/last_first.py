def aggregate(table):
    return sorted(range(len(table)), key=lambda system: table[system][0])
