"""Picture of hexagons in a hexagon."""

import math

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: hexagons [x, y, angle], the outer one last, as judged.
        params: the instance's parameters.
        path: where to write.
    """
    *inner, (x, y, angle) = [tuple(float(value) for value in row) for row in output]
    reach = 0.0
    for k in range(6):
        turn = math.radians(angle + 30 + 60 * k)
        ends = [(a - x) * math.cos(turn) + (b - y) * math.sin(turn) for row in inner for a, b in corners(*row, 1)]
        reach = max(reach, *ends)
    side = reach / math.sqrt(0.75)
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.axis("off")
    axes.add_patch(Polygon(corners(x, y, angle, side), facecolor="#faf8f4", edgecolor="#2b2b2b", linewidth=2.0))
    for row in inner:
        axes.add_patch(Polygon(corners(*row, 1), facecolor="#7fb7be", edgecolor="#22313f"))
    axes.autoscale_view()
    axes.set_title(f"{len(inner)} hexagons · outer side {side:.12f}", fontsize=15, pad=12)
    figure.savefig(path)


def corners(x, y, angle, size):
    """Return the six corners of a hexagon."""
    turns = [math.radians(angle + 60 * k) for k in range(6)]
    return [(x + size * math.cos(turn), y + size * math.sin(turn)) for turn in turns]
