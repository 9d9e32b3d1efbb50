"""Orders what was sold lately, and a little more."""


def order(day, stock, sold):
    """Return how many pieces to order."""
    lately = sold[-3:] or [10.0]
    return max(0.0, 1.2 * sum(lately) / len(lately) - 0.5 * stock)
