"""Begin at ten times the given eps and halve it every fifth sweep."""


def warmth(sweep, eps):
    return max(eps, 10 * eps * 0.5 ** (sweep // 5))
