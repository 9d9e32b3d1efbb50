"""What counts as a number where a judge or a stage of somebody's own returns one."""

import math


def read_finite(value: object) -> float:
    """Return a finite float; numpy scalars and exact fractions count as numbers, booleans and texts do not.

    Raises:
        ValueError: it is none; says what came.
    """
    try:
        number = math.nan if isinstance(value, str | bytes | bool) else float(value)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{value!r:.80}; expected a finite number")
    return number
