"""Picture of layouts: the first of each kind, places drawn as near as their distances say, and flows as lines."""

import numpy as np
from evaluate import arrangement, drawn, placed
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from reference import cost

SHOWN = 3
LINES = 40
"""Flows that are drawn, the largest."""


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    known = drawn(tuple(params["families"][:SHOWN]), params["draw"], 1, params["n"], params.get("secret", ""))
    candidate.restart()
    orders = placed(candidate, known)
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2).ravel()
    for axis, order, (family, flows, far, best, _) in zip(axes, orders, known, strict=False):
        filled(axis, order, flows, flat(far))
        axis.set_title(f"{family}: {cost(arrangement(order), flows, far) / best - 1:.1%} above the reference")
        costs = [partial(order[: step + 1], flows, far) / best for step in range(len(order))]
        axes[-1].plot(range(1, len(order) + 1), costs, label=family, linewidth=2)
    axes[-1].axhline(1.0, color="#22313f", linewidth=0.8)
    axes[-1].set_title("cost of what is placed, relative to the reference")
    axes[-1].set_xlabel("step")
    axes[-1].legend(loc="upper left", frameon=False)
    for axis in axes[len(known) : -1]:
        axis.set_axis_off()
    figure.tight_layout()
    figure.savefig(path)


def partial(order, flows, far):
    """Return what those cost that are placed."""
    facilities, places = (list(each) for each in zip(*order, strict=True))
    return float((flows[np.ix_(facilities, facilities)] * far[np.ix_(places, places)]).sum()) / 2


def flat(far):
    """Return a point of the plane for each place (classical scaling): (n, 2)."""
    squares = far.astype(float) ** 2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, vectors = np.linalg.eigh(-centred / 2)
    return vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))


def filled(axis, order, flows, points):
    """Draw one layout: dark is placed first."""
    at = arrangement(order)
    pairs = sorted(((flows[i, j], i, j) for i in range(len(at)) for j in range(i)), reverse=True)[:LINES]
    for flow, first, second in pairs:
        ends = points[[at[first], at[second]]]
        axis.plot(*ends.T, color="#8fb8de", linewidth=0.5 + 3.5 * flow / max(pairs[0][0], 1), zorder=1)
    for step, (_, place) in enumerate(order):
        colour = colormaps["viridis"](0.9 * step / (len(order) - 1))
        axis.scatter(*points[place], s=190, color=colour, zorder=2)
        axis.text(*points[place], str(step + 1), ha="center", va="center", fontsize=8, color="white", zorder=3)
    axis.set_aspect("equal", adjustable="datalim")
    axis.set_xticks([])
    axis.set_yticks([])
