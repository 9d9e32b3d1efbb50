"""Judge of hexagon_packing: certified fixed-point arithmetic; the outer side is computed, not believed."""

import math

from evo.judging import Invalid, ceil_float, hexagon, rows, side_needed, spread_needed

MAX_REPAIR = 1e-6
REACH = 1000
MAX_ANGLE = 1e6


def evaluate(output, params):
    """Score one raw output of `pack`: n inner hexagons [x, y, angle] and the outer one.

    Returns the side that the outer hexagon needs, rounded up, after a certified repair of rounding errors.
    """
    n = params["n"]
    given = rows(output, n + 1, "x y angle", "hexagon")
    for index, (x, y, angle) in enumerate(given):
        if abs(x) > REACH or abs(y) > REACH or abs(angle) > MAX_ANGLE:
            raise Invalid(f"hexagon {index}: ({x}, {y}, {angle}) is beyond {REACH} sides or {MAX_ANGLE:g} degrees")
    inner, outer = [hexagon(*row) for row in given[:n]], hexagon(*given[n])
    factor = spread_needed(inner)
    if not factor:
        raise Invalid("two hexagons have the same centre")
    if factor > 1 + MAX_REPAIR:
        raise Invalid(
            f"hexagons overlap: centres would have to move apart by the factor {float(factor):.9g}; "
            f"rounding errors up to {MAX_REPAIR:g} are repaired, no more"
        )
    objective = ceil_float(side_needed(inner, outer, factor))
    turned = [math.radians(6 * math.fmod(angle, 60)) for _, _, angle in given[:n]]
    alignment = math.hypot(sum(map(math.cos, turned)), sum(map(math.sin, turned))) / n
    away = [math.hypot(x - given[n][0], y - given[n][1]) for x, y, _ in given[:n]]
    hollow = min(away) / max(away) if max(away) > 0 else 1.0
    return {
        "objective": objective,
        "measures": {"alignment": min(alignment, 1.0), "hollow": hollow},
        "metrics": {"repair": float(factor - 1), "density": n / objective**2},
        "feedback": (
            f"{n} hexagons need a side of {objective:.6f}: {100 * n / objective**2:.1f} percent are covered. "
            f"The hexagon that is furthest out is {away.index(max(away))}; alignment {alignment:.3f}."
        ),
    }
