def discover(x, y):
    return 0
