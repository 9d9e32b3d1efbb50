"""Judge of heilbronn: the smallest triangle in exact arithmetic, rounded down, as a share of its region."""

from evo.judging import Invalid, floor_ratio, hull, points_on_grid, rows, triangle_areas, twice_polygon_area

MAX_REPAIR = 1e-9
NEAR = 1e-6
TIED = (101, 100)


def evaluate(output, params):
    """Score one raw output of `arrange`: a list of n points [x, y], in the region that `params` names.

    Returns the area of the smallest triangle, rounded down: itself in the square, else over the area of the region.
    """
    return REGIONS[params["region"]](rows(output, params["n"], "x y", "point"))


def square(given):
    """Judge points in the unit square; there is no tolerance."""
    for index, (x, y) in enumerate(given):
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise Invalid(f"point {index}: ({x}, {y}) is outside the unit square; clip to [0, 1]")
    bits, points = points_on_grid(given)
    triangles = triangle_areas(points)
    border = sum(min(x, 1 - x, y, 1 - y) <= NEAR for x, y in given)
    objective = positive(min(triangles), floor_ratio(min(triangles).twice_area, 2 << 2 * bits))
    return on_the_border(objective, triangles, border, len(given))


def triangle(given):
    """Judge points with x, y >= 0 and x + y <= 1; points that stick out a little are shrunk, which costs score."""
    for index, (x, y) in enumerate(given):
        if not (0 <= x <= 2 and 0 <= y <= 2):
            raise Invalid(f"point {index}: ({x}, {y}) is outside the triangle x, y >= 0, x + y <= 1; clip it")
    bits, points = points_on_grid(given)
    size = max(1 << bits, *(x + y for x, y in points))
    excess = (size - (1 << bits)) / (1 << bits)
    if excess > MAX_REPAIR:
        raise Invalid(f"x + y exceeds 1 by {excess:.3g}; rounding errors up to {MAX_REPAIR:g} are repaired, no more")
    triangles = triangle_areas(points)
    border = sum(min(x, y, 1 - x - y) <= NEAR for x, y in given)
    objective = positive(min(triangles), floor_ratio(min(triangles).twice_area, size * size))
    return on_the_border(objective, triangles, border, len(given), repair=excess)


def convex(given):
    """Judge points anywhere, beside their convex hull."""
    _, points = points_on_grid(given)
    triangles = triangle_areas(points)
    smallest = min(triangles)
    positive(smallest, smallest.twice_area)
    corners = hull(points)
    objective = floor_ratio(smallest.twice_area, twice_polygon_area(corners))
    if objective <= 0:
        raise Invalid("the smallest triangle is below the range of a double; expected triangles of a similar size")
    share, words = {"hull_share": len(corners) / len(given)}, f"{len(corners)} points are corners of the hull."
    return verdict(objective, triangles, len(given), share, words, hull_corners=len(corners))


REGIONS = {"square": square, "triangle": triangle, "convex": convex}


def positive(smallest, value):
    """Return what the smallest triangle is worth, if that is more than nothing."""
    if value <= 0:
        raise Invalid(f"points {', '.join(map(str, smallest.corners))} are on one line; expected a triangle above 0")
    return value


def on_the_border(objective, triangles, border, n, **metrics):
    """Return the verdict on points in a region with a border."""
    words = f"{border} points are on the border."
    return verdict(objective, triangles, n, {"border_share": border / n}, words, border_points=border, **metrics)


def verdict(objective, triangles, n, share, words, **metrics):
    """Return what the judge says of n points; `share` is the region's own measure, `words` close the feedback."""
    smallest = min(triangles)
    tied = [each for each in triangles if TIED[1] * each.twice_area <= TIED[0] * smallest.twice_area]
    return {
        "objective": objective,
        "measures": {**share, "tied_triangles": len(tied) / n},
        "metrics": {"tied_triangles": len(tied), **metrics},
        "feedback": describe(smallest, tied, words),
    }


def describe(smallest, tied, words):
    """Say which points make the smallest triangles: what a next attempt may move."""
    uses = {}
    for each in tied:
        for corner in each.corners:
            uses[corner] = uses.get(corner, 0) + 1
    busy = sorted(uses, key=lambda k: (-uses[k], k))[:6]
    return (
        f"The smallest triangle is {'-'.join(map(str, smallest.corners))}; {len(tied)} are within 1 percent of it, "
        f"most of them at the points {', '.join(map(str, busy))}. {words}"
    )
