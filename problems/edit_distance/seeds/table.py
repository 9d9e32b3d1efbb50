"""The whole table, one row of it at a time."""


def middle(a, b):
    """Return what of two strings has to be compared."""
    return a, b


def filled(a, b):
    """Return the last entry of the table of two strings."""
    table = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            substituted = table[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            row.append(min(table[i - 1][j] + 1, row[j - 1] + 1, substituted))
        table.append(row)
    return table[-1][-1]


def distance(a, b):
    a, b = middle(a, b)
    return filled(a, b)
