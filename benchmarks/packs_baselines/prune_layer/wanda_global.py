"""Wanda's importance, with one threshold for the whole layer."""

import numpy as np


def importance(W, H):
    """Return what each weight is worth; shape of W."""
    return np.abs(W) * np.sqrt(np.diag(H))


def allot(scores, kept):
    """Return how many weights each row keeps, together `kept`."""
    best = np.argsort(-scores, axis=None, kind="stable")[:kept]
    return np.bincount(best // scores.shape[1], minlength=len(scores))


def chosen(scores, counts):
    """Return the mask of the `counts` best weights of each row."""
    places = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    return places < counts[:, None]


def of_four(scores):
    """Return the mask of the two best of every four neighbours."""
    fours = scores.reshape(len(scores), -1, 4)
    places = np.argsort(np.argsort(-fours, axis=2, kind="stable"), axis=2)
    return (places < 2).reshape(scores.shape)


def refit(W, mask, H):
    """Return the weights that stay, perhaps changed to make up for those that go."""
    return W * mask


def polish(V, W, mask, H):
    """Return the refitted weights after some more work on them."""
    return V


def scaled(V, W, H):
    """Return the weights with their rows brought to size."""
    return V


def exchanged(mask, W, H):
    """Return the mask after weights that stay and weights that go have been exchanged."""
    return mask


def mask_of(W, H, sparsity, pattern):
    """Return which weights stay."""
    scores, (m, n) = importance(W, H), W.shape
    if pattern == "2:4":
        return of_four(scores)
    if pattern == "row":
        return chosen(scores, np.full(m, int(n * (1 - sparsity) + 1e-9)))
    return chosen(scores, allot(scores, int(m * n * (1 - sparsity) + 1e-9)))


def prune(W, H, sparsity, pattern):
    """Set weights of a layer to zero such that its outputs change little on inputs with second moments H."""
    mask = mask_of(W, H, sparsity, pattern)
    if pattern != "2:4":
        mask = exchanged(mask, W, H)
    return scaled(polish(refit(W, mask, H), W, mask, H), W, H)
