def build(points, max_degree):
    return {"links": [[node] for node in range(len(points))], "entry": [0]}
