"""Judge of heilbronn_convex: the smallest triangle over the convex hull in exact arithmetic, rounded down."""

from evo.judging import Invalid, floor_ratio, hull, points_on_grid, rows, triangle_areas, twice_polygon_area

TIED = (101, 100)


def evaluate(output, params):
    """Score one raw output of `arrange`: a list of n points [x, y].

    Returns the area of the smallest triangle over the area of the convex hull, rounded down.
    """
    n = params["n"]
    _, points = points_on_grid(rows(output, n, "x y", "point"))
    triangles = triangle_areas(points)
    smallest = min(triangles)
    if smallest.twice_area == 0:
        raise Invalid(f"points {', '.join(map(str, smallest.corners))} are on one line; expected a triangle above 0")
    corners = hull(points)
    objective = floor_ratio(smallest.twice_area, twice_polygon_area(corners))
    if objective <= 0:
        raise Invalid("the smallest triangle is below the range of a double; expected triangles of a similar size")
    tied = [each for each in triangles if TIED[1] * each.twice_area <= TIED[0] * smallest.twice_area]
    return {
        "objective": objective,
        "measures": {"hull_share": len(corners) / n, "tied_triangles": len(tied) / n},
        "metrics": {"tied_triangles": len(tied), "hull_corners": len(corners)},
        "feedback": describe(smallest, tied, len(corners)),
    }


def describe(smallest, tied, corners):
    """Say which points make the smallest triangles: what a next attempt may move."""
    uses = {}
    for triangle in tied:
        for corner in triangle.corners:
            uses[corner] = uses.get(corner, 0) + 1
    busy = sorted(uses, key=lambda k: (-uses[k], k))[:6]
    return (
        f"The smallest triangle is {'-'.join(map(str, smallest.corners))}; {len(tied)} are within 1 percent of it, "
        f"most of them at the points {', '.join(map(str, busy))}. {corners} points are corners of the hull."
    )
