def discover(x, y):
    return "__import__('laws').task"
