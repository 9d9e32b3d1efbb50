def choose(points, count):
    return [7] * count
