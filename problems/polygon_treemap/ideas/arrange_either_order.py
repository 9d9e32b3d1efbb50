"""Arrange siblings all together, or cut the lightest off first and then the others, and keep what is fatter."""


def arrange(cell, nodes, weights, level):
    usual = inner_arrange(cell, nodes, weights, level)
    if len(nodes) < 3:
        return usual
    light = min(nodes, key=lambda node: weights[node])
    rest = [node for node in nodes if node != light]
    share = weights[light] / sum(weights[node] for node in nodes)
    small, large = choose([cut(cell, normal, share) for normal in normals(cell, level)])
    other = {light: small, **inner_arrange(large, rest, weights, level)}
    return min((usual, other), key=lambda cells: max(map(aspect, cells.values())))
