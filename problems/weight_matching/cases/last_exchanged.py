from scipy.optimize import linear_sum_assignment


def align(first, second):
    order = []
    for layer, matrix in enumerate(first[:-1]):
        into = second[layer][:, order[-1]] if layer else second[layer]
        order.append(linear_sum_assignment(-(matrix @ into.T))[1])
    order[-1][[0, 1]] = order[-1][[1, 0]]
    return order
