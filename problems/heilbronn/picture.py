"""Picture of points in their region, with the smallest triangles."""

from itertools import combinations, pairwise

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from evo.judging import hull

TIED = 1 + 1e-6
SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]
TRIANGLE = [(0, 0), (1, 0), (0.5, 0.75**0.5)]


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: points [x, y], as judged.
        params: the judge's parameters: `region` says what to draw, `n` stands in the title.
        path: where to write.
    """
    points, frame, word = shown([(float(x), float(y)) for x, y in output], params["region"])
    triangles = sorted((area(*three), three) for three in combinations(points, 3))
    least = triangles[0][0]
    tied = [three for size, three in triangles if size <= least * TIED]
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.axis("off")
    axes.add_patch(Polygon(frame, closed=True, facecolor="#faf8f4", edgecolor="#2b2b2b", linewidth=2.0))
    for three in tied:
        axes.add_patch(Polygon(three, closed=True, facecolor="#d1495b", edgecolor="#d1495b", alpha=0.16))
    axes.scatter(*zip(*points, strict=True), s=90, color="#22313f", zorder=3)
    axes.autoscale_view()
    n = params.get("n", len(points))
    title = f"{n} points · smallest {word} {least / whole(frame):.12f} · {len(tied)} triangles"
    axes.set_title(title, fontsize=15, pad=12)
    figure.savefig(path)


def shown(points, region):
    """Return the points as they are drawn, the corners of their frame, and what the smallest triangle is of it."""
    if region == "square":
        return points, SQUARE, "area"
    if region == "triangle":  # judged in a right triangle, drawn in the equilateral one of side 1
        return [(x + y / 2, y * 0.75**0.5) for x, y in points], TRIANGLE, "share"
    return points, hull(points), "share"


def whole(frame):
    """Return the area of a convex frame."""
    return sum(area(frame[0], b, c) for b, c in pairwise(frame))


def area(a, b, c):
    """Return the area of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2
