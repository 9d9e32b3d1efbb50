import numpy as np


def soft(table, eps, axis):
    most = table.max(axis=axis, keepdims=True)
    return most.squeeze(axis) + eps * np.log(np.exp((table - most) / eps).sum(axis=axis))


def solve(a, b, eps, budget, tolerance):
    yield {"best": [a, b]}
    columns = []
    for j in range(len(b)):
        g = np.full(len(b), -1e5)
        g[j] = 0.0
        columns.append((yield {"ask": {"row": g}}) - eps * np.log(a))
    costs, f, g = np.array(columns).T, np.zeros(len(a)), np.zeros(len(b))
    for _ in range(5000):
        f = eps * np.log(a) - soft(g - costs, eps, 1)
        g = eps * np.log(b) - soft(f[:, None] - costs, eps, 0)
    return [f, g]
