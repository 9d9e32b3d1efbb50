def choose(points, count):
    return [0]
