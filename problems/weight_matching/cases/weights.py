def align(first, second):
    return first
