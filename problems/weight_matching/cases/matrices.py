import numpy as np


def align(first, second):
    return [np.eye(len(matrix), dtype=int) for matrix in first[:-1]]
