def wake(node):
    return [len(node["degrees"]), 0.5, 0, 0, 1, []]
