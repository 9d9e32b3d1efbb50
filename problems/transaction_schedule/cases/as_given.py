def schedule(transactions):
    return list(range(len(transactions)))
