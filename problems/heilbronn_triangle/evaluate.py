"""Judge of heilbronn_triangle: the smallest triangle in exact arithmetic, rounded down; an excess costs score."""

from evo.judging import Invalid, floor_ratio, points_on_grid, rows, triangle_areas

MAX_REPAIR = 1e-9
NEAR = 1e-6
TIED = (101, 100)


def evaluate(output, params):
    """Score one raw output of `arrange`: a list of n points [x, y] with x, y >= 0 and x + y <= 1.

    Returns the smallest triangle as a share of the region, rounded down, after points that stick out by a rounding
    error were brought back by shrinking all towards (0, 0).
    """
    n = params["n"]
    given = rows(output, n, "x y", "point")
    for index, (x, y) in enumerate(given):
        if not (0 <= x <= 2 and 0 <= y <= 2):
            raise Invalid(f"point {index}: ({x}, {y}) is outside the triangle x, y >= 0, x + y <= 1; clip it")
    bits, points = points_on_grid(given)
    size = max(1 << bits, *(x + y for x, y in points))
    excess = (size - (1 << bits)) / (1 << bits)
    if excess > MAX_REPAIR:
        raise Invalid(f"x + y exceeds 1 by {excess:.3g}; rounding errors up to {MAX_REPAIR:g} are repaired, no more")
    triangles = triangle_areas(points)
    smallest = min(triangles)
    objective = floor_ratio(smallest.twice_area, size * size)
    if objective <= 0:
        raise Invalid(f"points {', '.join(map(str, smallest.corners))} are on one line; expected a triangle above 0")
    tied = [each for each in triangles if TIED[1] * each.twice_area <= TIED[0] * smallest.twice_area]
    border = sum(min(x, y, 1 - x - y) <= NEAR for x, y in given)
    return {
        "objective": objective,
        "measures": {"border_share": border / n, "tied_triangles": len(tied) / n},
        "metrics": {"tied_triangles": len(tied), "border_points": border, "repair": excess},
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
