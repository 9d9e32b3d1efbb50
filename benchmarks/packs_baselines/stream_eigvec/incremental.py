"""Singular vectors of what is kept and each block; the two longest stay."""

import numpy as np


def width():
    """Return how a number is stored: as numpy names it."""
    return "f8"


def count(d, most):
    """Return how many rows are kept."""
    return most // size(d)


def size(d):
    """Return how many bytes a row takes: its scale in four, the others by their width."""
    return 4 + d * np.dtype(width()).itemsize


def pack(rows):
    """Return rows as bytes: what each is divided by, and what is left."""
    most = np.iinfo(width()).max if width().startswith("i") else 1
    tops = (np.maximum(np.abs(rows).max(axis=1), 1e-30) / most).astype("f4")
    left = rows / tops.astype(float)[:, None]
    left = (np.rint(left).clip(-most, most) if width().startswith("i") else left).astype(width())
    return np.frombuffer(tops.tobytes() + left.tobytes(), dtype="u1")


def unpack(state, d):
    """Return the rows that were packed."""
    many = len(state) // size(d)
    tops = np.frombuffer(state.tobytes()[: 4 * many], dtype="f4").astype(float)
    left = np.frombuffer(state.tobytes()[4 * many :], dtype=width()).reshape(many, d)
    return tops[:, None] * left


def portions(block):
    """Return a block in portions that are taken in one after the other."""
    return [block]


def turn(rows):
    """Return rows with the same sums of products of columns, in another form."""
    _, values, axes = np.linalg.svd(rows, full_matrices=False)
    return values[:, None] * axes


def weigh(rows):
    """Return how much each row is worth to be kept."""
    return (rows**2).sum(axis=1)


def make_up(kept, lost):
    """Return the rows that are kept after something was done for those that are lost."""
    return kept


def shorten(rows, most):
    """Return at most so many of the rows."""
    order = (-weigh(rows)).argsort(kind="stable")
    return make_up(rows[order[:most]], rows[order[most:]])


def step(rows, portion, most):
    """Return the rows that are kept after a portion was added."""
    return shorten(turn(np.concatenate([rows, portion])), most)


def finish(rows):
    """Return the direction that the rows which are kept speak for."""
    return np.linalg.svd(rows)[2][0]


def absorb(state, block, most):
    """Take a block in, and return what is to be known of it."""
    d = block.shape[1]
    rows = unpack(state, d)
    for portion in portions(block):
        rows = step(rows, portion, count(d, most))
    return pack(rows)


def answer(state, d):
    """Return the leading eigenvector of what was seen."""
    return finish(unpack(state, d))
