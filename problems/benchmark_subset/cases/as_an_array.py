def choose(points, count):
    return (points[:, 0] * 0).astype("i4") + range(len(points) - 1, -1, -1)
