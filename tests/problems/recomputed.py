"""What an output is worth by the definition in the brief, in mpmath at 80 digits; shares no code with the judges.

Each function takes a valid output and the parameters. Where a judge repairs, the value is a bound that no repair can
beat: nothing is gained by leaving a constraint violated.
"""

from collections import Counter
from itertools import combinations, pairwise

from mpmath import cos, exp, log, mp, mpf, pi, sin, sqrt

mp.dps = 80


def exactly(rows):
    return [[mpf(value) for value in row] for row in rows]


def circle_packing(circles, params):
    circles = [(x, y, min(r, x, 1 - x, y, 1 - y)) for x, y, r in exactly(circles)]
    return without_overlaps(circles)


def without_overlaps(circles):
    """Return the sum of the radii less the overlaps of pairs that share no circle: more can no shrinking leave."""
    lost, taken = mpf(0), set()
    for i, j in combinations(range(len(circles)), 2):
        (xa, ya, ra), (xb, yb, rb) = circles[i], circles[j]
        overlap = ra + rb - sqrt((xa - xb) ** 2 + (ya - yb) ** 2)
        if overlap > 0 and not {i, j} & taken:
            lost += overlap
            taken |= {i, j}
    return sum(r for _, _, r in circles) - lost


def rectangle_packing(circles, params):
    """The box is that around the circles; a repair takes at most 1e-6 off a radius, 4e-6 off the sides."""
    circles = exactly(circles)
    ends = [max(c[k] + c[2] for c in circles) - min(c[k] - c[2] for c in circles) for k in (0, 1)]
    kept = without_overlaps(circles)
    whole = sum(r for _, _, r in circles)
    around = sum(ends) - (mpf("4e-6") if kept < whole else 0)
    return kept * 2 / max(2, around)


def doubled(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def least(points):
    return min(abs(doubled(*three)) for three in combinations(points, 3))


def heilbronn_square(points, params):
    return least(exactly(points)) / 2


def heilbronn_triangle(points, params):
    points = exactly(points)
    return least(points) / max(1, *(x + y for x, y in points)) ** 2


def heilbronn_convex(points, params):
    points = exactly(points)
    return least(points) / hull(points)


def hull(points):
    """Return twice the area of the convex hull: walk around it, each side with every point to its left."""
    start = at = min(points)
    total = mpf(0)
    while True:
        turn = next(p for p in points if p != at)
        for p in points:
            if p != at and doubled(at, turn, p) < 0:
                turn = p
        total += at[0] * turn[1] - at[1] * turn[0]
        at = turn
        if at == start:
            return total


def distance_ratio(points, params):
    squares = [sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) for a, b in combinations(exactly(points), 2)]
    return max(squares) / min(squares)


def corners(x, y, angle, size=1):
    turns = [(angle + 60 * k) * pi / 180 for k in range(6)]
    return [(x + size * cos(turn), y + size * sin(turn)) for turn in turns]


def normals(angle):
    return [(cos(turn), sin(turn)) for turn in ((angle + 30 + 60 * k) * pi / 180 for k in range(3))]


def hexagon_packing(rows, params):
    *inner, (x, y, angle) = exactly(rows)
    factor = max(1, *(apart(a, b) for a, b in combinations(inner, 2)))
    moved = [corners(x + (a - x) * factor, y + (b - y) * factor, turn) for a, b, turn in inner]
    reach = max(abs((a - x) * u + (b - y) * v) for u, v in normals(angle) for each in moved for a, b in each)
    return reach * 2 / sqrt(mpf(3))


def apart(a, b):
    """Return by which factor the distance of two hexagons of side 1 has to grow until a line separates them."""
    factors = []
    for u, v in [*normals(a[2]), *normals(b[2])]:
        width = sum(max(p * u + q * v for p, q in corners(mpf(0), mpf(0), each[2])) for each in (a, b))
        away = abs((a[0] - b[0]) * u + (a[1] - b[1]) * v)
        factors += [width / away] if away else []
    return min(factors)


def convolved(a, b):
    total = [mpf(0)] * (len(a) + len(b) - 1)
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            total[i + j] += p * q
    return total


def autocorrelation(heights, params):
    f = [mpf(height) for height in heights]
    nodes = convolved(f, f)
    peak = max(map(abs, nodes)) if params["form"] == "third_absolute" else max(nodes)
    return 2 * len(f) * peak / sum(f) ** 2


def autocorrelation_second(heights, params):
    """Simpson's rule is exact for the square of a function that is linear between nodes."""
    f = [mpf(height) for height in heights]
    nodes = [mpf(0), *convolved(f, f), mpf(0)]
    square = sum((a * a + (a + b) ** 2 + b * b) / 6 for a, b in pairwise(nodes))
    return square / (sum(nodes) * max(nodes))


def erdos_overlap(heights, params):
    """Heights are levelled to a mean of 1/2 as the brief says: towards 0 or towards 1 in proportion."""
    f = [mpf(height) for height in heights]
    mean = sum(f) / len(f)
    f = [h / (2 * mean) for h in f] if mean >= mpf(1) / 2 else [1 - (1 - h) / (2 * (1 - mean)) for h in f]
    return max(convolved(f, [1 - h for h in reversed(f)])) * 2 / len(f)


def sums_differences(numbers, params):
    sums, differences = Counter(), Counter()
    for a in numbers:
        for b in numbers:
            sums[a + b] += 1
            differences[a - b] += 1
    return 1 + log(mpf(len(differences)) / len(sums)) / log(2 * mpf(max(numbers)) + 1)


def sums_differences_digits(output, params):
    """Every pair of digits, one after another, at 221 points from exp(-e^-8) to exp(-e^3)."""
    base, digits = output["base"], output["digits"]
    sums = {a + b for a in digits for b in digits}
    cheapest = {}
    for a in digits:
        for b in digits:
            residue = (a - b) % base
            if 2 * residue != base:
                cheapest[residue] = min(a + b, cheapest.get(residue, a + b))
    points = [exp(-exp(mpf(k) / 20)) for k in range(-160, 61)]
    return 1 + max(
        log(sum(x**cost for cost in cheapest.values()) / sum(x**total for total in sums)) for x in points
    ) / log(mpf(base))


def kissing_number(vectors, params):
    return len({tuple(vector) for vector in vectors})


def cap_set(vectors, params):
    return len({tuple(vector) for vector in vectors})
