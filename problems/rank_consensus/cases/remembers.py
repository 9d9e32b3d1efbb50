SEEN = []


def aggregate(table):
    SEEN.append(sorted(range(len(table)), key=lambda system: -table[system][0]))
    return SEEN[0]
