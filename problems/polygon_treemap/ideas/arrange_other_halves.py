"""Try every place to divide the ordered siblings, once, and keep the arrangement whose worst cell is fattest."""


def arrange(cell, nodes, weights, level):
    ways = [inner_arrange(cell, nodes, weights, level)]
    ordered, whole = order(nodes, weights), sum(weights[node] for node in nodes)
    for place in range(1, len(nodes)):
        first, second = ordered[:place], ordered[place:]
        share = sum(weights[node] for node in first) / whole
        one, other = choose([cut(cell, normal, share) for normal in ways_of(cell, level)])
        ways.append({**inner_arrange(one, first, weights, level), **inner_arrange(other, second, weights, level)})
    return min(ways, key=lambda cells: max(map(aspect, cells.values())))
