"""Sparse regression over a library: least squares again and again without the small terms (arXiv:1509.03580)."""

import numpy as np

SMALL, ROUNDS, MOST = 0.05, 20, 8
"""Of the largest contribution: what is dropped; how often; the most terms of an answer."""


def library(x):
    """Return terms as (expression, values): powers, waves and exponentials of the variables, and their products."""
    atoms = []
    for i, values in enumerate(x.T):
        one = ["x", i]
        atoms += [(one, values), (["pow", one, 2], values**2), (["pow", one, -1], 1 / values)]
        atoms += [(["sin", one], np.sin(values)), (["exp", ["mul", -1, one]], np.exp(-values))]
    pairs = [(one, two) for place, one in enumerate(atoms) for two in atoms[place + 1 :]]
    return [(1.0, np.ones(len(x))), *atoms, *((["mul", a[0], b[0]], a[1] * b[1]) for a, b in pairs)]


def ridge(columns, y):
    """Return factors by least squares, a little held back, so that more columns than rows may be."""
    return np.linalg.solve(columns.T @ columns + 1e-6 * np.eye(columns.shape[1]), columns.T @ y)


def discover(x, y):
    """Return an expression for y; x has a row for each value of y."""
    terms = library(x)
    columns = np.stack([values for _, values in terms], axis=1)
    sizes = np.linalg.norm(columns, axis=0)
    kept = np.arange(len(terms))
    for _ in range(ROUNDS):
        share = np.abs(ridge(columns[:, kept] / sizes[kept], y))
        large = share >= SMALL * share.max()
        if large.all():
            break
        kept = kept[large]
    share = np.abs(ridge(columns[:, kept] / sizes[kept], y))
    kept = kept[np.argsort(-share, kind="stable")[:MOST]]
    factors = np.linalg.lstsq(columns[:, kept], y, rcond=1e-10)[0]
    return ["add", 0.0, *(["mul", float(factor), terms[at][0]] for factor, at in zip(factors, kept, strict=True))]
