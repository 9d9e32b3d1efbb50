def wake(node):
    return [0, 0.5, 0, 0, 0, []]
