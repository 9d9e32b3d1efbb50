import numpy as np


def soft(table, eps, axis):
    most = table.max(axis=axis, keepdims=True)
    return most.squeeze(axis) + eps * np.log(np.exp((table - most) / eps).sum(axis=axis))


def solve(a, b, eps, budget, tolerance):
    n, few = len(a), 12
    some = np.arange(few) * (n // few)
    rows, columns = [], []
    for k in some:
        at = np.full(n, -1e5)
        at[k] = 0.0
        columns.append((yield {"ask": {"row": at}}) - eps * np.log(a))
        rows.append((yield {"ask": {"col": at}}) - eps * np.log(b))
    columns, rows = np.array(columns).T, np.array(rows)
    costs = columns @ np.linalg.pinv(columns[some], rcond=1e-2) @ rows
    f, g = np.zeros(n), np.zeros(n)
    for _ in range(1000):
        f = eps * np.log(a) - soft(g - costs, eps, 1)
        g = eps * np.log(b) - soft(f[:, None] - costs, eps, 0)
    yield {"best": [f, g]}
    return [f, g]
