"""Regular hexagons of side 1 in the plane: certified separation, and the hexagon that they need around them.

Everything is computed in fixed point with 160 binary places. The errors of a step are a few units in the last place, so
that 2**-120 on the unfavourable side covers them all.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from evo.judging.exact import sqrt_below

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

PLACES = 160
ONE = 1 << PLACES
MARGIN = 1 << (PLACES - 120)
"""What every comparison gives away: 2**-120."""


class Hexagon(NamedTuple):
    """A hexagon: its centre, the three directions of its corners and the three normals of its sides, up to sign."""

    x: int
    y: int
    corners: tuple[tuple[int, int], ...]
    normals: tuple[tuple[int, int], ...]


def hexagon(x: float, y: float, degrees: float) -> Hexagon:
    """Return the hexagon with a corner in the direction `degrees` from its centre.

    Args:
        x: of the centre, finite; cut to a multiple of 2**-160.
        y: idem.
        degrees: any finite angle; whole multiples of 60 make no difference.
    """
    from fractions import Fraction  # noqa: PLC0415 - imported where it is used: other judges do without

    cosine, sine = cos_sin(Fraction(degrees) % 60)
    corners = [(cosine, sine)]
    for _ in range(5):
        corners.append(_turned(*corners[-1]))
    # The normal of a side is the mean of its corners over sqrt(3)/2.
    sides = ((corners[k], corners[k + 1]) for k in range(3))
    normals = [((a[0] + b[0]) * ONE // _root_3(), (a[1] + b[1]) * ONE // _root_3()) for a, b in sides]
    return Hexagon(_cut(x), _cut(y), tuple(corners[:3]), tuple(normals))


def cos_sin(degrees: Fraction) -> tuple[int, int]:
    """Return cosine and sine of an angle in [0, 60) degrees, times 2**160 and within 2**-150 of it."""
    angle = degrees.numerator * _pi() // (180 * degrees.denominator)
    sums, term, k = [0, 0, 0, 0], ONE, 0
    while term:
        sums[k % 4] += term
        k += 1
        term = term * angle // (k << PLACES)
    return sums[0] - sums[2], sums[1] - sums[3]


def spread_needed(hexagons: Sequence[Hexagon]) -> Fraction:
    """Return a factor >= 1 by which all centres have to move apart so that, certified, no two hexagons overlap.

    It is 1 when they are separate as given, and 0 when two centres coincide, which no factor helps.
    """
    from fractions import Fraction  # noqa: PLC0415 - imported where it is used: other judges do without

    factor = Fraction(1)
    for a, b in combinations(hexagons, 2):
        found = [_factor(a, b, normal) for normal in (*a.normals, *b.normals)]
        possible = [each for each in found if each]
        if not possible:
            return Fraction(0)
        factor = max(factor, min(possible))
    return factor


def side_needed(hexagons: Sequence[Hexagon], around: Hexagon, factor: Fraction) -> Fraction:
    """Return a side that is long enough for a hexagon like `around` to hold all others.

    Args:
        hexagons: at least one.
        around: centre and directions of the outer hexagon.
        factor: centres are first moved away from its centre by this factor.
    """
    from fractions import Fraction  # noqa: PLC0415 - imported where it is used: other judges do without

    reach = Fraction(0)
    for each in hexagons:
        for normal in around.normals:
            away = abs(_dot((each.x - around.x, each.y - around.y), normal)) + MARGIN
            reach = max(reach, away * factor + _width(each, normal) + MARGIN)
    return 2 * reach / (_root_3() - MARGIN)


def _factor(a: Hexagon, b: Hexagon, normal: tuple[int, int]) -> Fraction | None:
    from fractions import Fraction  # noqa: PLC0415 - imported where it is used: other judges do without

    away = abs(_dot((b.x - a.x, b.y - a.y), normal)) - MARGIN
    return Fraction(_width(a, normal) + _width(b, normal) + MARGIN, away) if away > 0 else None


def _width(each: Hexagon, normal: tuple[int, int]) -> int:
    """Return how far a hexagon reaches from its centre along a direction."""
    return max(abs(_dot(corner, normal)) for corner in each.corners)


def _dot(a: tuple[int, int], b: tuple[int, int]) -> int:
    return (a[0] * b[0] + a[1] * b[1]) >> PLACES


def _turned(x: int, y: int) -> tuple[int, int]:
    """Turn by 60 degrees."""
    root = _root_3()
    return (x - (root * y >> PLACES)) >> 1, ((root * x >> PLACES) + y) >> 1


def _cut(value: float) -> int:
    numerator, denominator = value.as_integer_ratio()
    return numerator * ONE // denominator


@lru_cache(maxsize=1)
def _root_3() -> int:
    return sqrt_below(3 * ONE * ONE)


@lru_cache(maxsize=1)
def _pi() -> int:
    """Machin's formula, with 32 places more on the way."""
    one = ONE << 32
    return 4 * (4 * _arctangent(5, one) - _arctangent(239, one)) >> 32


def _arctangent(inverse: int, one: int) -> int:
    total, term, k = 0, one // inverse, 1
    while term:
        total += term // k if k % 4 == 1 else -(term // k)
        term //= inverse * inverse
        k += 2
    return total
