"""Fill in a band around the diagonal alone, and widen it until the distance cannot lie outside (Ukkonen 1985)."""


def within(a, b, width):
    far = len(a) + len(b) + 1
    row = [j if j <= width else far for j in range(len(b) + 2)]
    for i in range(1, len(a) + 1):
        low, high = max(1, i - width), min(len(b), i + width)
        corner = row[low - 1]
        left = row[low - 1] = i if low == 1 else far
        letter = a[i - 1]
        for j in range(low, high + 1):
            above = row[j]
            best = corner if letter == b[j - 1] else 1 + min(corner, above, left)
            corner, left, row[j] = above, best, best
        row[high + 1] = far
    return row[len(b)]


def filled(a, b):
    width = max(4, abs(len(a) - len(b)))
    while True:
        found = within(a, b, width)
        if found <= width or width >= max(len(a), len(b)):
            return found
        width *= 2
