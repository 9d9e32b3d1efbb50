"""Balanced cuts across any of sixteen directions, which leave convex polygons (the paper's kind of cells)."""

import math


def area(cell):
    """Return the area of a polygon whose corners run counterclockwise."""
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(cell, cell[1:] + cell[:1], strict=True)) / 2


def below(cell, normal, offset):
    """Return the part of a convex polygon with normal . p <= offset."""
    part = []
    for a, b in zip(cell, cell[1:] + cell[:1], strict=True):
        ha = a[0] * normal[0] + a[1] * normal[1] - offset
        hb = b[0] * normal[0] + b[1] * normal[1] - offset
        if ha <= 0:
            part.append(a)
        if (ha < 0 < hb) or (hb < 0 < ha):
            t = ha / (ha - hb)
            part.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
    return part


def cut(cell, normal, share):
    """Cut a convex polygon across `normal` so that the first part has this share of its area."""
    levels = sorted({x * normal[0] + y * normal[1] for x, y in cell})
    low, before, due = levels[0], 0.0, share * area(cell)
    for high in levels[1:]:
        after = area(below(cell, normal, high))
        if after >= due or high == levels[-1]:
            break
        low, before = high, after
    # Between two corners the area is a quadratic function of the place of the cut.
    middle = area(below(cell, normal, (low + high) / 2))
    bend = 2 * (before + after - 2 * middle)
    slope = after - before - bend
    root = max(0.0, slope * slope + 4 * bend * (due - before)) ** 0.5
    place = low + (high - low) * min(1.0, max(0.0, 2 * (due - before) / max(slope + root, 1e-300)))
    return below(cell, normal, place), below(cell, (-normal[0], -normal[1]), -place)


def aspect(cell):
    """Return the squared diameter over the area."""
    return max((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for a in cell for b in cell) / max(area(cell), 1e-30)


def order(nodes, weights):
    """Return siblings in the order in which they are cut off."""
    return sorted(nodes, key=lambda node: -weights[node])


def halves(nodes, weights):
    """Divide siblings into two groups."""
    whole = sum(weights[node] for node in nodes)
    place = min(range(1, len(nodes)), key=lambda count: abs(2 * sum(weights[node] for node in nodes[:count]) - whole))
    return nodes[:place], nodes[place:]


def normals(cell, level):
    """Return the directions across which a cell may be cut."""
    return [(math.cos(math.pi * k / 8), math.sin(math.pi * k / 8)) for k in range(16)]


def others(cell):
    """Return further directions across which a cell may be cut."""
    return []


def turned(ways, level):
    """Return the directions for the cells of a level."""
    return ways


def sides(ways):
    """Return the directions such that the first group may get either side."""
    return ways


def ways_of(cell, level):
    """Return all directions that are tried."""
    return sides(turned(normals(cell, level) + others(cell), level))


def choose(pairs):
    """Return the best of some ways to cut a cell in two."""
    return min(pairs, key=lambda pair: max(map(aspect, pair)))


def arrange(cell, nodes, weights, level):
    """Return siblings' cells within their parent's."""
    if len(nodes) == 1:
        return {nodes[0]: cell}
    first, second = halves(order(nodes, weights), weights)
    share = sum(weights[node] for node in first) / sum(weights[node] for node in nodes)
    one, other = choose([cut(cell, normal, share) for normal in ways_of(cell, level)])
    return {**arrange(one, first, weights, level), **arrange(other, second, weights, level)}


def settle(cell, nodes, weights, level):
    """Return the cells of all children of one node."""
    return arrange(cell, nodes, weights, level)


def layout(children, weights):
    """Return the corners of every node's cell; node 0 fills the unit square."""
    cells = {0: [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]}
    levels = {0: 0}
    for node, nodes in enumerate(children):
        if nodes:
            cells.update(settle(cells[node], list(nodes), weights, levels[node]))
            levels.update(dict.fromkeys(nodes, levels[node] + 1))
    return [[list(corner) for corner in cells[node]] for node in range(len(children))]
