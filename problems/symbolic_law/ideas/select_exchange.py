"""Exchange one chosen term after the other for whichever fits best beside the rest."""

import numpy as np


def select(terms, y):
    chosen = list(inner_select(terms, y))[:6]
    for turn in range(len(chosen)):
        rest = chosen[:turn] + chosen[turn + 1 :]
        base = np.stack([np.ones(len(y)), *[terms[place][1] for place in rest]], axis=1)
        axes = np.linalg.qr(base)[0]
        table = np.stack([each[1] for each in terms], axis=1)
        table = table - axes @ (axes.T @ table)
        sizes = np.linalg.norm(table, axis=0)
        gains = np.where(sizes > 1e-6, np.abs(y @ table) / np.maximum(sizes, 1e-6), 0.0)
        chosen[turn] = int(gains.argmax())
    return sorted(set(chosen))
