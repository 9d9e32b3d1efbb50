def aggregate(table):
    return [float(system) for system in range(len(table))]
