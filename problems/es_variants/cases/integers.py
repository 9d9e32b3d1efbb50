import numpy as np

STATE = {}


def start(shapes, population, generations, sigma, seed):
    STATE.update(shapes=shapes, population=population)


def ask():
    return {}


def tell(fitness):
    return {name: np.zeros(shape, dtype=np.int64) for name, shape in STATE["shapes"].items()}
