"""Make the function symmetric before it is polished."""


def start(n, rng):
    heights = inner_start(n, rng)
    return [(a + b) / 2 for a, b in zip(heights, heights[::-1], strict=True)]
