def align(first, second):
    return [[float(unit) for unit in range(len(matrix))] for matrix in first[:-1]]
