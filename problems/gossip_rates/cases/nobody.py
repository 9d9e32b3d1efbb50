def wake(node):
    return [-1, 0.5, 0, 0, 1, []]
