"""Divide siblings into the two groups whose weights differ least, whatever their order."""


def halves(nodes, weights):
    if len(nodes) > 12:
        return inner_halves(nodes, weights)
    whole = sum(weights[node] for node in nodes)
    groups = ([n for place, n in enumerate(nodes) if mask >> place & 1] for mask in range(1, 2 ** len(nodes) - 1))
    first = min(groups, key=lambda group: abs(2 * sum(weights[node] for node in group) - whole))
    return first, [node for node in nodes if node not in first]
