"""Judge: sees what the program returned, never the program. Everything it needs is re-computed here."""

import math

from evo.judging import Invalid, rows


def evaluate(output, params):
    points = [(float(x), float(y)) for x, y in rows(output, params["n"], "x y", "point")]
    for i, (x, y) in enumerate(points):
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise Invalid(f"point {i} = ({x}, {y}) lies outside the unit square")
    nearest = [min(math.dist(a, b) for j, b in enumerate(points) if j != i) for i, a in enumerate(points)]
    if min(nearest) == 0:
        raise Invalid("two points are the same")
    border = sum(x in (0, 1) or y in (0, 1) for x, y in points) / len(points)
    return {
        "objective": min(nearest),
        "measures": {"border_share": border, "evenness": min(nearest) / max(nearest)},
        "feedback": f"{border:.0%} of the points lie on the border",
    }
