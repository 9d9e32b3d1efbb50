import numpy as np

STATE = {}


def start(shapes, population, generations, sigma, seed):
    STATE.update(shapes=shapes, population=population)


def ask():
    return {name: np.full((STATE["population"], *shape), np.nan) for name, shape in STATE["shapes"].items()}


def tell(fitness):
    return {}
