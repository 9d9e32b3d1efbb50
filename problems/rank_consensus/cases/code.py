def aggregate(table):
    return {"key": "strength"}
