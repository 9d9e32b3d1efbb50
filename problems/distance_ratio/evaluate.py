"""Judge of distance_ratio: an exact quotient of squared distances, rounded up."""

import math

from evo.judging import Invalid, ceil_ratio, distances, points_on_grid, rows

NEAR = 1e-2
TIED = 1e-6
AXES = "xyz"


def evaluate(output, params):
    """Score one raw output of `arrange`: a list of n points with d coordinates each.

    Returns (largest / smallest distance)^2, rounded up.
    """
    n, d = params["n"], params["d"]
    names = " ".join(AXES[k] if d <= len(AXES) else f"x{k}" for k in range(d))
    given = rows(output, n, names, "point")
    _, points = points_on_grid(given)
    extremes = distances(points)
    if extremes.least == 0:
        i, j = extremes.closest
        raise Invalid(f"points {i} and {j} are the same; expected {n} different points")
    objective = ceil_ratio(extremes.greatest, extremes.least)
    if not math.isfinite(objective):
        raise Invalid("the ratio is beyond the range of a double; expected distances of a similar size")
    # In units of the diameter nothing overflows; from here on figures are for people and bins alone.
    squares = shares(points, extremes.greatest)
    near = sum(square <= (1 + NEAR) ** 2 / objective for square in squares)
    tied = sum(square <= (1 + TIED) ** 2 / objective for square in squares)
    far = sum(square >= (1 - TIED) ** 2 for square in squares)
    return {
        "objective": objective,
        "measures": {"near_pairs": near / n, "hollow": hollow(points)},
        "metrics": {"near_pairs": near, "closest_pairs": tied, "far_pairs": far},
        "feedback": describe(extremes, tied, near, far),
    }


def shares(points, greatest):
    """Squared distances of all pairs in units of the largest one."""
    return [
        sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) / greatest
        for j, b in enumerate(points)
        for a in points[:j]
    ]


def hollow(points):
    """Distance of the innermost point from the centroid over that of the outermost one."""
    n = len(points)
    sums = [sum(axis) for axis in zip(*points, strict=True)]
    squares = [sum((n * p - s) ** 2 for p, s in zip(point, sums, strict=True)) for point in points]
    return math.sqrt(min(squares) / max(squares))


def describe(extremes, tied, near, far):
    """Say which pairs hold the figure: what a next attempt may use."""
    (i, j), (k, m) = extremes.closest, extremes.farthest
    return (
        f"Closest pair {i}-{j}, most distant pair {k}-{m}. Within 1e-6: {tied} closest and {far} most distant pairs; "
        f"{near} pairs within 1 percent of the closest. An optimum holds many pairs at both ends."
    )
