"""Looks at every pair."""


def count(numbers, most):
    """Return how many pairs have a sum of at most `most`."""
    found = 0
    for i in range(len(numbers)):
        for j in range(i + 1, len(numbers)):
            if numbers[i] + numbers[j] <= most:
                found += 1
    return found
