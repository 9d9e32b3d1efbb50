"""Picture of points in their convex hull, with the smallest triangles."""

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from evo.judging import hull, twice_polygon_area

TIED = 1 + 1e-6


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: points [x, y], as judged.
        params: the instance's parameters; `n` stands in the title.
        path: where to write.
    """
    points = [(float(x), float(y)) for x, y in output]
    corners = hull(points)
    whole = twice_polygon_area(corners) / 2
    triangles = sorted((area(*three), three) for three in combinations(points, 3))
    least = triangles[0][0]
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.axis("off")
    axes.add_patch(Polygon(corners, closed=True, facecolor="#faf8f4", edgecolor="#2b2b2b", linewidth=2.0))
    tied = [three for size, three in triangles if size <= least * TIED]
    for three in tied:
        axes.add_patch(Polygon(three, closed=True, facecolor="#d1495b", edgecolor="#d1495b", alpha=0.16))
    axes.scatter(*zip(*points, strict=True), s=90, color="#22313f", zorder=3)
    axes.autoscale_view()
    n = params.get("n", len(points))
    axes.set_title(f"{n} points · smallest share {least / whole:.12f} · {len(tied)} triangles", fontsize=15, pad=12)
    figure.savefig(path)


def area(a, b, c):
    """Return the area of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2
