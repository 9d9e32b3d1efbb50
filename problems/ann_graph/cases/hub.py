def build(points, max_degree):
    n = len(points)
    return {"links": [list(range(1, n)), *([0] for _ in range(n - 1))], "entry": [0]}
