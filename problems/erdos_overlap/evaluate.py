"""Judge of erdos_overlap: exact, in integers; the integral is made 1, not believed."""

import math

from evo.judging import Invalid, ceil_ratio, correlate, items, number

MAX_STEPS = 8192
MAX_REPAIR = 1e-6
GRID_BITS = 100
NEAR = 1e-3


def evaluate(output, params):
    """Score one raw output of `profile`: heights in [0, 1] on equal steps of [0, 2], with integral 1.

    Returns the largest overlap, rounded up, after the heights were levelled to an integral of exactly 1.
    """
    given = [number(value, f"height {k}") for k, value in enumerate(items(output, "heights"))]
    if not given:
        raise Invalid("heights: expected at least one step, got an empty list")
    if len(given) > MAX_STEPS:
        raise Invalid(f"heights: expected at most {MAX_STEPS} steps, got {len(given)}")
    for k, height in enumerate(given):
        if not 0 <= height <= 1:
            raise Invalid(f"height {k} is outside [0, 1]: {height}")
    n = len(given)
    cut = [cut_to_grid(height) for height in given]
    excess = (2 * sum(cut) - (n << GRID_BITS)) / (n << GRID_BITS)
    if abs(excess) > MAX_REPAIR:
        raise Invalid(
            f"the integral is {1 + excess:.9g}; expected 1, rounding errors up to {MAX_REPAIR:g} are levelled"
        )
    unit, inside, outside = levelled(cut)
    overlaps = correlate(inside, outside)
    most = max(overlaps)
    flat = sum(100 * overlap >= 99 * most for overlap in overlaps)
    saturated = sum(height <= NEAR or height >= 1 - NEAR for height in given)
    return {
        "objective": ceil_ratio(2 * most, n * unit * unit),
        "measures": {"log_steps": math.log10(n), "saturated": saturated / n},
        "metrics": {"steps": n, "flat_shifts": flat, "repair": abs(excess)},
        "feedback": (
            f"{n} steps, {saturated} of them at 0 or 1. The overlap is within 1 percent of the largest at {flat} of "
            f"{len(overlaps)} shifts; the largest is at a shift of {overlaps.index(most) - n + 1} steps."
        ),
    }


def cut_to_grid(height):
    """Return the largest integer k with k * 2**-100 <= height."""
    numerator, denominator = height.as_integer_ratio()
    return (numerator << GRID_BITS) // denominator


def levelled(cut):
    """Return (unit, h, 1 - h) as integers over the unit, with the mean of h exactly 1/2.

    Too large heights are scaled down; too small ones are raised by scaling down what they lack to 1. Either way all
    stay in [0, 1].
    """
    n, mass = len(cut), sum(cut)
    lack = (n << GRID_BITS) - mass
    if mass >= lack:
        inside = [value * n for value in cut]
        return 2 * mass, inside, [2 * mass - value for value in inside]
    outside = [((1 << GRID_BITS) - value) * n for value in cut]
    return 2 * lack, [2 * lack - value for value in outside], outside
