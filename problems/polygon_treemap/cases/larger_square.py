def layout(children, weights):
    ring = [[-0.5, -0.5], [1.5, -0.5], [1.5, 1.5], [-0.5, 1.5]]
    return [ring, *([a, b, [0.5, 0.5]] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))]
