def schedule(transactions):
    return [float(which) for which in range(len(transactions))]
