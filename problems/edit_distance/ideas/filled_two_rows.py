"""Keep the row before alone, and walk it with names for the three neighbours instead of indices."""


def filled(a, b):
    row = list(range(len(b) + 1))
    for number, letter in enumerate(a, 1):
        corner, left = row[0], number
        row[0] = number
        for j, other in enumerate(b, 1):
            above = row[j]
            if letter != other:
                corner = 1 + min(corner, above, left)
            row[j] = left = corner
            corner = above
    return row[-1]
