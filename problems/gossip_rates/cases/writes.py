def wake(node):
    for values in (node["degrees"], node["gaps"], node["ages"], node["counts"]):
        values[:] = [0]
    return [0, 0.5, 0, 0, 1, []]
