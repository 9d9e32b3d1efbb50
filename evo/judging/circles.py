"""Circles in a rectangle: the exact test, and a certified repair for packings that miss it by a rounding error."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from evo.judging.exact import ceil_ratio, floor_ratio, grid_bits, on_grid, sqrt_below
from evo.judging.invalid import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

GRID_BITS = 64
"""The coarsest grid in use: repaired radii are rounded down to multiples of 2**-64, far below the last place of any."""

MARGIN_BITS = 55
"""A packing in need of repair pays 2**-55 per radius on top (the last place of a double in [1/8, 1/4)): room for being
written down and read again, and a small reason for programs to be strict by themselves."""


class Certified(NamedTuple):
    """A packing that is strict in exact arithmetic.

    Attributes:
        bits: the grid: every radius below is a multiple of 2**-bits.
        radii: integers >= 0; radius i is radii[i] * 2**-bits, never more than was given.
        repair: most that a radius lost, rounded up; 0.0 exactly when the packing was strict as given.
    """

    bits: int
    radii: tuple[int, ...]
    repair: float

    def sum_below(self) -> float:
        """Return the largest double that is at most the exact sum of the radii."""
        return floor_ratio(sum(self.radii), 1 << self.bits)

    def floats_below(self) -> list[float]:
        """Return each radius as the largest double that is at most the exact one: still a strict packing."""
        return [floor_ratio(radius, 1 << self.bits) for radius in self.radii]


class Framed(NamedTuple):
    """Circles apart from each other, with the box around them.

    Attributes:
        certified: the strict packing.
        width: of the box around the circles, an integer in units of 2**-bits, exactly.
        height: idem.
    """

    certified: Certified
    width: int
    height: int


class _Packing(NamedTuple):
    """Everything on one grid, as integers."""

    width: int
    height: int
    xs: list[int]
    ys: list[int]
    radii: list[int]


def certify(
    circles: Sequence[tuple[float, float, float]],
    *,
    width: float = 1,
    height: float = 1,
    max_repair: float = 1e-6,
) -> Certified:
    """Return the packing with radii that are exactly feasible: r <= x, x + r <= width, d(i, j) >= r_i + r_j.

    A packing that is strict keeps its radii. Any other is repaired, with centres untouched: every radius loses
    2**-55, is cut to the walls, and then each overlapping pair, in order, gives up its overlap in equal halves (a
    radius that would become negative stops at 0 and the other one gives the rest). Only a lower bound of the distance
    is used, so the result needs no further tolerance.

    Args:
        circles: (x, y, r) as finite ints or doubles, in the unit of the sides.
        width: the rectangle is [0, width] x [0, height].
        height: see `width`.
        max_repair: most that any radius may lose, so that the repair is no optimiser.

    Raises:
        Invalid: a centre outside, a negative radius, or a repair above `max_repair`; the reason names the worst place.
    """
    for index, (x, y, r) in enumerate(circles):
        if not (0 <= x <= width and 0 <= y <= height):
            raise Invalid(f"circle {index}: centre ({x}, {y}) is outside [0, {width}] x [0, {height}]")
        if r < 0:
            raise Invalid(f"circle {index}: radius {r} is negative")
        if r > width or r > height:
            raise Invalid(f"circle {index}: radius {r} is larger than the container [0, {width}] x [0, {height}]")
    bits = grid_bits((value for circle in circles for value in circle), least=GRID_BITS)
    bits = grid_bits((width, height), least=bits)
    packing = _Packing(
        on_grid(width, bits),
        on_grid(height, bits),
        [on_grid(x, bits) for x, _, _ in circles],
        [on_grid(y, bits) for _, y, _ in circles],
        [on_grid(r, bits) for _, _, r in circles],
    )
    return _certified(packing, bits, max_repair)


def certify_apart(circles: Sequence[tuple[float, float, float]], *, max_repair: float = 1e-6) -> Framed:
    """Return circles that overlap nowhere, repaired as in `certify` but without walls, and the box around them.

    Args:
        circles: (x, y, r) as finite ints or doubles, at least one.
        max_repair: most that any radius may lose.

    Raises:
        Invalid: a negative radius, or a repair above `max_repair`; the reason names the worst place.
    """
    for index, (_, _, r) in enumerate(circles):
        if r < 0:
            raise Invalid(f"circle {index}: radius {r} is negative")
    bits = grid_bits((value for circle in circles for value in circle), least=GRID_BITS)
    xs, ys, radii = ([on_grid(circle[k], bits) for circle in circles] for k in range(3))
    left, right = _extent(xs, radii)
    low, high = _extent(ys, radii)
    # Inside its own box no circle meets a wall, so that pairs alone can need repair.
    packing = _Packing(right - left, high - low, [x - left for x in xs], [y - low for y in ys], radii)
    certified = _certified(packing, bits, max_repair)
    left, right = _extent(xs, certified.radii)
    low, high = _extent(ys, certified.radii)
    return Framed(certified, right - left, high - low)


def _extent(centers: Sequence[int], radii: Sequence[int]) -> tuple[int, int]:
    """Return the least and the greatest coordinate that the circles reach."""
    pairs = list(zip(centers, radii, strict=True))
    return min(center - radius for center, radius in pairs), max(center + radius for center, radius in pairs)


def _certified(packing: _Packing, bits: int, max_repair: float) -> Certified:
    if _is_strict(packing):
        return Certified(bits, tuple(packing.radii), 0.0)
    return _repaired(packing, bits, max_repair)


def _is_strict(packing: _Packing) -> bool:
    width, height, xs, ys, radii = packing
    for x, y, r in zip(xs, ys, radii, strict=True):
        if r > x or x + r > width or r > y or y + r > height:
            return False
    return not any(
        (ri + rj) ** 2 > (xi - xj) ** 2 + (yi - yj) ** 2
        for (xi, yi, ri), (xj, yj, rj) in combinations(zip(xs, ys, radii, strict=True), 2)
    )


def _repaired(packing: _Packing, bits: int, max_repair: float) -> Certified:
    radii = _shrunk(packing, 1 << (bits - MARGIN_BITS))
    loss = max(given - kept for given, kept in zip(packing.radii, radii, strict=True))
    numerator, denominator = max_repair.as_integer_ratio()
    if loss * denominator > numerator << bits:
        raise Invalid(f"{_worst(packing, bits)}; rounding errors up to {max_repair:g} are repaired, no more")
    if not _is_strict(packing._replace(radii=radii)):
        raise AssertionError("repair left an overlap: the proof in _shrunk is broken")
    return Certified(bits, tuple(radii), ceil_ratio(loss, 1 << bits))


def _shrunk(packing: _Packing, margin: int) -> list[int]:
    """Cut to the walls, then halve overlaps pair by pair.

    A pair is feasible once it has been visited, and radii never grow after, so one pass is enough.
    """
    width, height, xs, ys, given = packing
    radii = [max(0, min(r - margin, x, width - x, y, height - y)) for x, y, r in zip(xs, ys, given, strict=True)]
    for i, j in combinations(range(len(radii)), 2):
        reach = radii[i] + radii[j]
        square = (xs[i] - xs[j]) ** 2 + (ys[i] - ys[j]) ** 2
        if reach * reach > square:
            overlap = reach - sqrt_below(square)
            share = min((overlap + 1) // 2, radii[i])
            rest = min(overlap - share, radii[j])
            radii[i] -= overlap - rest
            radii[j] -= rest
    return radii


def _worst(packing: _Packing, bits: int) -> str:
    """Describe the largest violation of a packing that is not strict."""
    width, height, xs, ys, radii = packing
    worst, text = 0, ""
    for i, (x, y, r) in enumerate(zip(xs, ys, radii, strict=True)):
        outside = r - min(x, width - x, y, height - y)
        if outside > worst:
            worst, text = outside, f"circle {i} sticks out of the container by"
    for i, j in combinations(range(len(radii)), 2):
        overlap = radii[i] + radii[j] - sqrt_below((xs[i] - xs[j]) ** 2 + (ys[i] - ys[j]) ** 2)
        if overlap > worst:
            worst, text = overlap, f"circles {i} and {j} overlap by"
    return f"{text} {ceil_ratio(worst, 1 << bits):.3g}"
