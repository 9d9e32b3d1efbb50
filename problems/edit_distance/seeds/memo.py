"""The recursion itself, with what was found out before kept in a table."""


def middle(a, b):
    """Return what of two strings has to be compared."""
    return a, b


def filled(a, b):
    """Return the last entry of the table of two strings."""
    known = {}
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                known[i, j] = i + j
            elif a[i - 1] == b[j - 1]:
                known[i, j] = known[i - 1, j - 1]
            else:
                known[i, j] = 1 + min(known[i - 1, j], known[i, j - 1], known[i - 1, j - 1])
    return known[len(a), len(b)]


def distance(a, b):
    a, b = middle(a, b)
    return filled(a, b)
