"""Go further along a second-order step than it says."""


def second_order(f, g, eps):
    there = yield from inner_second_order(f, g, eps)
    return [old + 1.6 * (new - old) for old, new in zip((f, g), there, strict=True)]
