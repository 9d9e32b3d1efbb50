def schedule(transactions):
    return {"order": list(range(len(transactions))), "makespan": 1}
