def wake(node):
    return [False, 0.5, 0, 0, 1, []]
