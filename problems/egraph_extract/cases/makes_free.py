"""What it was given costs nothing any more; the nodes cost as much as before."""


def extract(classes, root):
    for nodes in classes:
        for node in nodes:
            node[0] = 0
    return [0, 1, 1, -1]
