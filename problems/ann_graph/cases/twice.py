def build(points, max_degree):
    n = len(points)
    return {"links": [[(node + 1) % n] * 2 for node in range(n)], "entry": [0]}
