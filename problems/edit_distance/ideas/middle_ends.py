"""Leave out what both strings begin and end with: no edit is needed there."""


def middle(a, b):
    first = 0
    while first < len(a) and first < len(b) and a[first] == b[first]:
        first += 1
    last = 0
    most = min(len(a), len(b)) - first
    while last < most and a[-1 - last] == b[-1 - last]:
        last += 1
    return a[first : len(a) - last], b[first : len(b) - last]
