"""Arrange siblings all together, or cut the lightest off first and then the others, and keep what is fatter."""


def settle(cell, nodes, weights, level):
    usual = arrange(cell, nodes, weights, level)
    if len(nodes) < 3:
        return usual
    light = min(nodes, key=lambda node: weights[node])
    rest = [node for node in nodes if node != light]
    share = weights[light] / sum(weights[node] for node in nodes)
    small, large = choose([cut(cell, normal, share) for normal in ways_of(cell, level)])
    other = {light: small, **arrange(large, rest, weights, level)}
    return min((usual, other), key=lambda cells: max(map(aspect, cells.values())))
