"""Judge of polygon_treemap: exact geometry on a grid of 2^-40; a cell is the convex hull of its corners."""

import math
from itertools import combinations

import trees

from evo.judging import Invalid, hull, items, number, orientation, rows, twice_polygon_area

GRID = 1 << 40
TOUCH = 1 << 10
"""How deep a cell may reach into its neighbours or out of its parent, in units of the grid: 2^-30, a billionth."""
SLACK = 1_000_000
"""An area may differ from the weight's share by one part in so many."""
MOST_CORNERS = 12


def evaluate(candidate, params):
    """Let the program lay out every tree, and take the geometric mean of how far its cells are from fat.

    Args:
        candidate: a program with `layout(children, weights)` that returns the corners of every node's cell.
        params: families, draws (of each), draw (the first one's number), score ("worst" or "mean" over the nodes).
    """
    drawn = [
        (family, trees.tree(family, draw, params))
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    answers = candidate.map("layout", [(tree.children, tree.weights) for _, tree in drawn])
    maps = [read(answer, tree, family) for answer, (family, tree) in zip(answers, drawn, strict=True)]
    aspects = [[aspect(cell) for cell in cells[1:]] for cells in maps]
    worst = [max(each) for each in aspects]
    mean = [sum(each) / len(each) for each in aspects]
    named = list(zip([family for family, _ in drawn], worst, strict=True))
    return {
        "objective": geometric(worst if params["score"] == "worst" else mean),
        "measures": {
            "corners": sum(len(cell) for cells in maps for cell in cells[1:]) / sum(len(cells) - 1 for cells in maps),
            "directions": sum(map(direction_entropy, maps)) / len(maps),
            "order": sum(order_kept(tree, cells) for (_, tree), cells in zip(drawn, maps, strict=True)) / len(drawn),
        },
        "metrics": {"worst": geometric(worst), "mean": geometric(mean)}
        | {f"worst_{family}": geometric([w for f, w in named if f == family]) for family in params["families"]},
        "feedback": described(drawn, maps, aspects),
    }


def read(answer, tree, family):
    """Return the cells of a tree as corners on the grid, counterclockwise, or refuse them."""
    given = items(answer, f"{family}: cells", count=len(tree.weights))
    cells = [corners(cell, f"{family}: cell {node}") for node, cell in enumerate(given)]
    if sorted(cells[0]) != [(0, 0), (0, GRID), (GRID, 0), (GRID, GRID)]:
        raise Invalid(f"{family}: cell 0: expected the unit square, which is the root's")
    whole = tree.weights[0]
    for node, cell in enumerate(cells):
        area, due = twice_polygon_area(cell) * whole, 2 * GRID * GRID * tree.weights[node]
        if abs(area - due) * SLACK > due:
            shares = f"{area / whole / (2 * GRID * GRID):.9g}, expected {tree.weights[node] / whole:.9g}"
            raise Invalid(f"{family}: cell {node}: its area is {shares} within a part in {SLACK}")
    for node, below in enumerate(tree.children):
        for child in below:
            if any(reaches(cells[node], [corner], outside=True) for corner in cells[child]):
                raise Invalid(f"{family}: cell {child} leaves the cell of its parent {node}")
        for one, other in combinations(below, 2):
            if not apart(cells[one], cells[other]):
                raise Invalid(f"{family}: cells {one} and {other} overlap")
    return cells


def corners(cell, what):
    """Return the convex hull of a cell's corners, rounded to the grid."""
    if not 3 <= len(items(cell, what)) <= MOST_CORNERS:
        raise Invalid(f"{what}: expected 3 to {MOST_CORNERS} corners, got {len(cell)}")
    points = [(number(x, what), number(y, what)) for x, y in rows(cell, len(cell), "x y", f"{what}, corner")]
    if any(not -1 <= value <= 2 for point in points for value in point):
        raise Invalid(f"{what}: expected coordinates in [0, 1]")
    found = hull([(round(x * GRID), round(y * GRID)) for x, y in points])
    if len(found) < 3:
        raise Invalid(f"{what}: its corners lie on one line")
    return found


def reaches(cell, points, *, outside):
    """Return whether points lie, by more than TOUCH, on the outer side of some edge, or inside all of them."""
    return (any if outside else all)(beyond(a, b, points, outside) for a, b in edges(cell))


def beyond(a, b, points, outside):
    """Return whether some point is more than TOUCH to the right of the edge a -> b, or to its left."""
    sign = -1 if outside else 1
    most = max(sign * orientation(a, b, point) for point in points)
    return most > 0 and most * most > TOUCH * TOUCH * ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2)


def apart(one, other):
    """Return whether an edge of one of two convex cells has the whole other one on its outer side, but for TOUCH."""
    return not (reaches(one, other, outside=False) and reaches(other, one, outside=False))


def edges(cell):
    """Return the edges of a cell as pairs of corners."""
    return zip(cell, [*cell[1:], cell[0]], strict=True)


def aspect(cell):
    """Return the squared diameter over the area: 4 / pi for a disc, 2 for a square."""
    square = max((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for a, b in combinations(cell, 2))
    return 2 * square / twice_polygon_area(cell)


def direction_entropy(cells):
    """Return how evenly edges, by their length, point in 12 directions: 0 all in one, 1 evenly."""
    bins = [0.0] * 12
    for cell in cells[1:]:
        for (ax, ay), (bx, by) in edges(cell):
            turn = math.atan2(by - ay, bx - ax) % math.pi / math.pi
            bins[round(12 * turn) % 12] += math.hypot(bx - ax, by - ay)
    shares = [each / sum(bins) for each in bins if each]
    return -sum(share * math.log(share) for share in shares) / math.log(12)


def order_kept(tree, cells):
    """Return the share of pairs of siblings whose centres stand from left to right in the order of their numbers."""
    pairs = [pair for below in tree.children for pair in combinations(below, 2)]
    middle = [sum(x for x, _ in cell) / len(cell) for cell in cells]
    return sum(middle[one] < middle[other] for one, other in pairs) / len(pairs)


def geometric(values):
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def described(drawn, maps, aspects):
    """Say which cell is the worst of all."""
    worst, at, node = max((each, i, k + 1) for i, found in enumerate(aspects) for k, each in enumerate(found))
    family, tree = drawn[at]
    parent = next(n for n, below in enumerate(tree.children) if node in below)
    share = tree.weights[node] / tree.weights[parent]
    thin = sum(each > worst / 2 for found in aspects for each in found)
    return (
        f"Worst cell: {worst:.3g} (diameter squared over area), {len(maps[at][node])} corners, {share:.2%} of its "
        f"parent with {len(tree.children[parent])} children, {family}; {thin} of {sum(map(len, aspects))} cells are "
        f"above half of that. A square is 2, a right-angled corner triangle 4."
    )
