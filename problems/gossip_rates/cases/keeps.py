def wake(node):
    return [0, 0, 0, 0, 1, []]
