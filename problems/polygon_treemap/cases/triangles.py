def layout(children, weights):
    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    return [ring, *([a, b, [0.5, 0.5]] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))]
