def schedule(transactions):
    return list(range(len(transactions)))[::-1]
