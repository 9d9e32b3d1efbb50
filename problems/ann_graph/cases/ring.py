def build(points, max_degree):
    n = len(points)
    return {"links": [[(node + 1) % n, (node - 1) % n] for node in range(n)], "entry": [0]}
