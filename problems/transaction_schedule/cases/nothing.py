def schedule(transactions):
    return None
