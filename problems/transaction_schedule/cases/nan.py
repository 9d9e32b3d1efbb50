def schedule(transactions):
    return [float("nan"), *range(1, len(transactions))]
