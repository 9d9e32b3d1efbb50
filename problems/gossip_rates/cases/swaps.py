def wake(node):
    return [0, 1, 0, 0, 1, []]
