"""The heaviest sibling stands against all others together, if it is heavier than they are."""


def halves(nodes, weights):
    heavy = max(nodes, key=lambda node: weights[node])
    rest = [node for node in nodes if node != heavy]
    if weights[heavy] > sum(weights[node] for node in rest):
        return [heavy], rest
    return inner_halves(nodes, weights)
