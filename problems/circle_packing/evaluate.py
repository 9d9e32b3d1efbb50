"""Judge of circle_packing: exact, in rational arithmetic; nothing that the program claims about itself is used."""

import math

from evo.judging import Invalid, certify, rows

MAX_REPAIR = 1e-6
TOUCH = 1e-6


def evaluate(output, params):
    """Score one raw output of `pack`: a list of n circles [x, y, r].

    Returns the sum of the radii rounded down, after a certified repair where rounding errors made it necessary.
    """
    n = params["n"]
    circles = rows(output, n, "x y r", "circle")
    packing = certify(circles, max_repair=MAX_REPAIR)
    objective = packing.sum_below()
    if objective <= 0:
        raise Invalid("every radius is 0: expected a sum of radii above 0")
    radii = packing.floats_below()
    placed = [(float(x), float(y), r) for (x, y, _), r in zip(circles, radii, strict=True)]
    contacts = count_contacts(placed)
    at_wall = sum(wall_gap(circle) <= TOUCH for circle in placed)
    return {
        "objective": objective,
        "measures": {"radius_spread": spread(radii), "wall_share": at_wall / n},
        "metrics": {
            "contacts": contacts,
            "repair": packing.repair,
            "smallest_radius": min(radii),
            "largest_radius": max(radii),
        },
        "feedback": describe(placed, contacts, at_wall, packing.repair),
    }


def spread(radii):
    """Contrast of the radii, (largest - smallest) / (largest + smallest): 0 when all are equal, 1 when one vanishes."""
    return (max(radii) - min(radii)) / (max(radii) + min(radii))


def wall_gap(circle):
    """Distance between a circle and the nearest wall, 0 when it touches."""
    x, y, r = circle
    return min(x, 1 - x, y, 1 - y) - r


def count_contacts(placed):
    """Number of pairs and walls that touch within 1e-6; a rigid packing has about 3 n of them."""
    pairs = sum(
        math.hypot(xi - xj, yi - yj) - ri - rj <= TOUCH
        for i, (xi, yi, ri) in enumerate(placed)
        for xj, yj, rj in placed[:i]
    )
    walls = sum(gap - r <= TOUCH for x, y, r in placed for gap in (x, 1 - x, y, 1 - y))
    return pairs + walls


def describe(placed, contacts, at_wall, repair):
    """Say in a few words what the packing looks like: what a next attempt may use."""
    n = len(placed)
    radii = [r for _, _, r in placed]
    loose = [i for i, circle in enumerate(placed) if is_loose(circle, i, placed)]
    text = (
        f"{contacts} contacts ({3 * n} make {n} circles rigid), {at_wall} circles at a wall, "
        f"radii {min(radii):.4f} to {max(radii):.4f}."
    )
    if loose:
        shown = ", ".join(map(str, loose[:8])) + (", ..." if len(loose) > 8 else "")
        text += f" {len(loose)} circles touch nothing and could grow: {shown}."
    if repair:
        text += f" Not strictly valid as returned: radii were reduced by up to {repair:.1e}."
    return text


def is_loose(circle, index, placed):
    """Tell whether a circle has room on all sides, so that its radius alone could grow."""
    x, y, r = circle
    others = (other for j, other in enumerate(placed) if j != index)
    return wall_gap(circle) > TOUCH and all(math.hypot(x - a, y - b) - r - s > TOUCH for a, b, s in others)
