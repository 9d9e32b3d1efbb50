def wake(node):
    return [0, 2.0, 0, 0, 1, []]
