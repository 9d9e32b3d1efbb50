"""Sort once, then close in from both ends."""


def count(numbers, most):
    ordered = sorted(numbers)
    found, low, high = 0, 0, len(ordered) - 1
    while low < high:
        if ordered[low] + ordered[high] <= most:
            found += high - low
            low += 1
        else:
            high -= 1
    return found
