"""Picture of a packing: circles coloured by radius, contacts as lines between centres."""

import math

from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

CONTACT = 1e-6


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: circles [x, y, r], as judged.
        params: the instance's parameters; `n` stands in the title.
        path: where to write.
    """
    circles = [(float(x), float(y), float(r)) for x, y, r in output]
    radii = [r for _, _, r in circles]
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.05, right=0.95, bottom=0.03, top=0.93)
    axes.set_xlim(-0.012, 1.012)
    axes.set_ylim(-0.012, 1.012)
    axes.set_aspect("equal")
    axes.axis("off")
    axes.add_patch(Rectangle((0, 0), 1, 1, facecolor="#faf8f4", edgecolor="#2b2b2b", linewidth=2.0))
    low, high = min(radii), max(radii)
    for x, y, r in circles:
        share = (r - low) / (high - low) if high > low else 0.5
        colour = colormaps["YlGnBu"](0.18 + 0.6 * share)
        axes.add_patch(Circle((x, y), r, facecolor=colour, edgecolor="#22313f", linewidth=1.0))
        ink = "white" if share > 0.62 else "#22313f"
        axes.text(x, y, f"{r:.4f}", ha="center", va="center", fontsize=max(5, min(11, 95 * r)), color=ink)
    pairs = contacts(circles)
    for (xa, ya), (xb, yb) in pairs:
        axes.plot([xa, xb], [ya, yb], color="#d1495b", linewidth=2.2, solid_capstyle="round", zorder=3)
    n = params.get("n", len(circles))
    axes.set_title(f"{n} circles · sum of radii {math.fsum(radii):.12f} · {len(pairs)} contacts", fontsize=15, pad=12)
    figure.savefig(path)


def contacts(circles):
    """Return a short line across every point where circles or walls touch within 1e-6."""
    lines = []
    for i, (x, y, r) in enumerate(circles):
        for a, b, s in circles[:i]:
            gap = math.hypot(x - a, y - b)
            if gap > 0 and gap - r - s <= CONTACT:
                lines.append(dash(x + (a - x) * r / gap, y + (b - y) * r / gap, (a - x) / gap, (b - y) / gap))
        for wx, wy in ((0, y), (1, y), (x, 0), (x, 1)):
            gap = math.hypot(wx - x, wy - y)
            if gap > 0 and gap - r <= CONTACT:
                lines.append(dash(wx, wy, (wx - x) / gap, (wy - y) / gap))
    return lines


def dash(x, y, ux, uy):
    """Return the ends of a short line through (x, y) along the direction (ux, uy)."""
    half = 0.009
    return (x - half * ux, y - half * uy), (x + half * ux, y + half * uy)
