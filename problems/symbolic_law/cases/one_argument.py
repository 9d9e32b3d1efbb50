def discover(x, y):
    return ["add", ["x", 0]]
