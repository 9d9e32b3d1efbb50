"""Keep what was seen in order, and search it by halving."""

from bisect import bisect_right, insort


def count(numbers, most):
    found, seen = 0, []
    for number in numbers:
        found += bisect_right(seen, most - number)
        insort(seen, number)
    return found
