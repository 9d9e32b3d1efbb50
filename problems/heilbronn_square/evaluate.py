"""Judge of heilbronn_square: the smallest triangle in exact arithmetic, rounded down; no tolerance."""

from evo.judging import Invalid, floor_ratio, points_on_grid, rows, triangle_areas

NEAR = 1e-6
TIED = (101, 100)


def evaluate(output, params):
    """Score one raw output of `arrange`: a list of n points [x, y] in the unit square.

    Returns the area of the smallest triangle, rounded down.
    """
    n = params["n"]
    given = rows(output, n, "x y", "point")
    for index, (x, y) in enumerate(given):
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise Invalid(f"point {index}: ({x}, {y}) is outside the unit square; clip to [0, 1]")
    bits, points = points_on_grid(given)
    triangles = triangle_areas(points)
    smallest = min(triangles)
    objective = floor_ratio(smallest.twice_area, 2 << 2 * bits)
    if objective <= 0:
        raise Invalid(f"points {', '.join(map(str, smallest.corners))} are on one line; expected a triangle above 0")
    tied = [each for each in triangles if TIED[1] * each.twice_area <= TIED[0] * smallest.twice_area]
    border = sum(min(x, 1 - x, y, 1 - y) <= NEAR for x, y in given)
    return {
        "objective": objective,
        "measures": {"border_share": border / n, "tied_triangles": len(tied) / n},
        "metrics": {"tied_triangles": len(tied), "border_points": border},
        "feedback": describe(smallest, tied, border),
    }


def describe(smallest, tied, border):
    """Say which points make the smallest triangles: what a next attempt may move."""
    uses = {}
    for triangle in tied:
        for corner in triangle.corners:
            uses[corner] = uses.get(corner, 0) + 1
    busy = sorted(uses, key=lambda k: (-uses[k], k))[:6]
    return (
        f"The smallest triangle is {'-'.join(map(str, smallest.corners))}; {len(tied)} are within 1 percent of it, "
        f"most of them at the points {', '.join(map(str, busy))}. {border} points are on the border."
    )
