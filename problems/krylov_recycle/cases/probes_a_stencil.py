import numpy as np


def solve(features, rights, most, tolerance):
    """Five products read a matrix of five diagonals on a grid, and these are none."""
    found = np.zeros_like(rights)
    yield {"best": found}
    n = len(rights[0])
    side = int(n**0.5)
    row, column = np.divmod(np.arange(n), side)
    colours = (row + 2 * column) % 5
    for i, right in enumerate(rights):
        matrix = np.zeros((n, n))
        for colour in range(5):
            reply = yield {"ask": {"mv": [i, (colours == colour).astype(float)]}}
            for step in (0, 1, -1, side, -side):
                at = np.arange(max(0, -step), min(n, n - step))
                at = at[colours[at + step] == colour]
                matrix[at, at + step] = reply[at]
        found[i] = np.linalg.lstsq(matrix, right, rcond=1e-8)[0]
    return found
