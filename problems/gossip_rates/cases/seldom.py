def wake(node):
    return [min(range(len(node["counts"])), key=node["counts"].__getitem__), 0.5, 0, 0, 1, []]
