import numpy as np


def build(points, max_degree):
    return {"links": [np.array([-1]) for _ in points], "entry": [0]}
