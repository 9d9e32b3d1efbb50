def wake(node):
    return [0, 1, 10, 10, 1, []]
