"""Keep Ritz vectors: of all that is known, the directions in which the matrix is nearly singular."""

import numpy as np


def harvest(vectors, images, k):
    sizes, turn = np.linalg.eigh(vectors.T @ vectors)
    good = sizes > 1e-8 * sizes[-1]
    whiten = turn[:, good] / np.sqrt(sizes[good])
    middle = whiten.T @ (vectors.T @ images) @ whiten
    _, ritz = np.linalg.eigh((middle + middle.T) / 2)
    return vectors @ (whiten @ ritz[:, :k])
