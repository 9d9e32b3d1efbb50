"""Picture of points: closest pairs in one colour, most distant pairs in another; in space, seen from one side."""

import math

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

NEAR = 1e-4


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: points, as judged.
        params: the instance's parameters; `n` and `d` stand in the title.
        path: where to write.
    """
    points = [tuple(float(value) for value in point) for point in output]
    pairs = [(math.dist(a, b), a, b) for j, b in enumerate(points) for a in points[:j]]
    low, high = min(gap for gap, _, _ in pairs), max(gap for gap, _, _ in pairs)
    spatial = len(points[0]) == 3
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(projection="3d" if spatial else None)
    axes.set_aspect("equal")
    axes.axis("off")
    for gap, a, b in pairs:
        if gap <= low * (1 + NEAR):
            axes.plot(*shown(a, b), color="#d1495b", linewidth=2.2, zorder=2)
        elif gap >= high * (1 - NEAR):
            axes.plot(*shown(a, b), color="#2e86ab", linewidth=0.9, alpha=0.6, zorder=1)
    axes.scatter(*shown(*points), s=90, color="#22313f", zorder=3)
    n, d = params.get("n", len(points)), params.get("d", len(points[0]))
    axes.set_title(f"{n} points in {d} dimensions · squared ratio {(high / low) ** 2:.12f}", fontsize=15, pad=12)
    figure.savefig(path)


def shown(*points):
    """Return the coordinates to draw, axis by axis: at most three, and at least two."""
    axes = [list(axis) for axis in zip(*points, strict=True)][:3]
    return axes if len(axes) > 1 else [*axes, [0.0] * len(points)]
