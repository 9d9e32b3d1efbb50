"""Judge of rectangle_packing: exact, in integers; the box is computed, not believed."""

import math

from evo.judging import Invalid, certify_apart, floor_ratio, rows

MAX_REPAIR = 1e-6
TOUCH = 1e-6
REACH = 100
"""Largest coordinate: a box of 2 has no need to lie further away."""


def evaluate(output, params):
    """Score one raw output of `pack`: a list of n circles [x, y, r].

    Returns the sum of the radii rounded down, after a certified repair of overlaps and, where the box around the
    circles has width + height above 2, after shrinking everything to 2.
    """
    n = params["n"]
    circles = rows(output, n, "x y r", "circle")
    for index, circle in enumerate(circles):
        if any(abs(value) > REACH for value in circle):
            raise Invalid(f"circle {index}: {circle} is far away; expected coordinates within {REACH}")
    framed = certify_apart(circles, max_repair=MAX_REPAIR)
    bits = framed.certified.bits
    around, allowed = framed.width + framed.height, 2 << bits
    excess = (around - allowed) / allowed
    if excess > MAX_REPAIR:
        raise Invalid(f"width + height of the box around the circles is {around / (1 << bits):.9g}; expected at most 2")
    objective = floor_ratio(2 * sum(framed.certified.radii), max(around, allowed))
    if objective <= 0:
        raise Invalid("every radius is 0: expected a sum of radii above 0")
    radii = framed.certified.floats_below()
    placed = [(float(x), float(y), r) for (x, y, _), r in zip(circles, radii, strict=True)]
    contacts = count_contacts(placed)
    repair = max(framed.certified.repair, excess, 0.0)
    aspect = min(framed.width, framed.height) / max(framed.width, framed.height)
    return {
        "objective": objective,
        "measures": {"radius_spread": (max(radii) - min(radii)) / (max(radii) + min(radii)), "aspect": aspect},
        "metrics": {"contacts": contacts, "repair": repair, "half_perimeter": around / (1 << bits)},
        "feedback": describe(radii, contacts, aspect, excess, repair),
    }


def count_contacts(placed):
    """Number of pairs that touch within 1e-6, and of circles at each side of the box."""
    pairs = sum(
        math.hypot(xi - xj, yi - yj) - ri - rj <= TOUCH
        for i, (xi, yi, ri) in enumerate(placed)
        for xj, yj, rj in placed[:i]
    )
    ends = [[sign * circle[axis] + circle[2] for circle in placed] for axis in (0, 1) for sign in (-1, 1)]
    return pairs + sum(max(side) - end <= TOUCH for side in ends for end in side)


def describe(radii, contacts, aspect, excess, repair):
    """Say in a few words what the packing looks like: what a next attempt may use."""
    n = len(radii)
    text = f"{contacts} contacts ({3 * n} make {n} circles rigid), radii {min(radii):.4f} to {max(radii):.4f}, "
    text += f"sides in the ratio {aspect:.4f}."
    if excess < -1e-9:
        text += f" Width + height could grow by the factor {1 - excess:.6f}: scale everything up."
    if repair > 0:
        text += f" Not strictly valid as returned: reduced by up to {repair:.1e}."
    return text
