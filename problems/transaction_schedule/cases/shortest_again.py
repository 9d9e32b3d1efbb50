def schedule(transactions):
    """The shortest one as often as there are transactions."""
    short = min(range(len(transactions)), key=lambda which: len(transactions[which]))
    return [short] * len(transactions)
