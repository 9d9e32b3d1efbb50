def build(points, max_degree):
    return {"links": [[0] for _ in points[1:]], "entry": [0]}
