"""Smooth a random stretch of the function."""


def move(heights, rng):
    changed, n = list(heights), len(heights)
    low = rng.randrange(n)
    for k in range(low, min(n, low + max(2, n // 5))):
        near = heights[max(0, k - 1) : k + 2]
        changed[k] = sum(near) / len(near)
    return changed
