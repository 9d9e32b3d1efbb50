"""Orders up to a level that is the same every day."""


def order(day, stock, sold):
    """Return how many pieces to order."""
    return max(0.0, 14.0 - stock)
