import numpy as np

STATE = {}


def start(shapes, population, generations, sigma, seed):
    STATE.update(shapes=shapes, population=population)


def ask():
    return {"target": np.zeros(3)}


def tell(fitness):
    return {}
