def build(points, max_degree):
    return {"links": [[len(points)] for _ in points], "entry": [0]}
