import numpy as np


def learn(correlations, samples):
    return np.zeros((len(correlations), len(correlations)))
