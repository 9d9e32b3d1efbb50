def discover(x, y):
    return ["mul", float("nan"), ["x", 0]]
