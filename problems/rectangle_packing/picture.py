"""Picture of a packing: circles coloured by radius in the box around them."""

import math

from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: circles [x, y, r], as judged.
        params: the instance's parameters; `n` stands in the title.
        path: where to write.
    """
    circles = [(float(x), float(y), float(r)) for x, y, r in output]
    radii = [r for _, _, r in circles]
    left, low = (min(circle[k] - circle[2] for circle in circles) for k in (0, 1))
    right, high = (max(circle[k] + circle[2] for circle in circles) for k in (0, 1))
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_aspect("equal")
    axes.axis("off")
    axes.add_patch(
        Rectangle((left, low), right - left, high - low, facecolor="#faf8f4", edgecolor="#2b2b2b", linewidth=2.0)
    )
    least, most = min(radii), max(radii)
    for x, y, r in circles:
        share = (r - least) / (most - least) if most > least else 0.5
        axes.add_patch(Circle((x, y), r, facecolor=colormaps["YlGnBu"](0.18 + 0.6 * share), edgecolor="#22313f"))
        ink = "white" if share > 0.62 else "#22313f"
        axes.text(x, y, f"{r:.4f}", ha="center", va="center", fontsize=max(5, min(11, 95 * r)), color=ink)
    axes.set_xlim(left - 0.02, right + 0.02)
    axes.set_ylim(low - 0.02, high + 0.02)
    n, sides = params.get("n", len(circles)), f"{right - left:.6f} x {high - low:.6f}"
    axes.set_title(f"{n} circles · sum of radii {math.fsum(radii):.12f} · {sides}", fontsize=15, pad=12)
    figure.savefig(path)
