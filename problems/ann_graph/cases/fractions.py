def build(points, max_degree):
    return {"links": [[0.0] for _ in points], "entry": [0]}
