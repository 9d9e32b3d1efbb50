"""One row less is kept than there is room for."""


def count(d, most):
    return max(1, inner_count(d, most) - 1)
