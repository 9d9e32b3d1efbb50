def build(points, max_degree):
    n = len(points)
    return {"links": [[other for other in range(n) if other != node] for node in range(n)], "entry": [0]}
