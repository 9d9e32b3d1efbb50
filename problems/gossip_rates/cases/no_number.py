def wake(node):
    return [0, float("nan"), 0, 0, 1, []]
