"""Picture of tours: the first map of each kind, from dark to bright as the walk goes on, and how long its steps are."""

from itertools import pairwise

import maps
import numpy as np
from evaluate import drawn, tour_length, walked
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SHOWN = 3


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    families = tuple(params["families"][:SHOWN])
    names, tables, bounds = drawn(families, params["draw"], 1, params["n"], params.get("secret", ""))
    candidate.restart()
    tours = walked(candidate, tables)
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2).ravel()
    for axis, family, tour, table, bound in zip(axes, names, tours, tables, bounds, strict=False):
        walk(axis, maps.cities(family, params["draw"], params["n"], params), tour)
        axis.set_title(f"{family}: {tour_length(tour, table) / bound - 1:.1%} above the bound")
        steps = table[tour, np.roll(tour, -1)]
        axes[-1].plot(np.arange(1, len(steps) + 1), np.cumsum(steps) / bound, label=family, linewidth=2)
    axes[-1].axhline(1.0, color="#22313f", linewidth=0.8)
    axes[-1].set_title("length so far, relative to the bound")
    axes[-1].set_xlabel("step")
    axes[-1].legend(loc="upper left", frameon=False)
    for axis in axes[len(names) : -1]:
        axis.set_axis_off()
    figure.tight_layout()
    figure.savefig(path)


def walk(axis, places, tour):
    """Draw one tour; the way back is dashed."""
    colours = colormaps["viridis"](np.linspace(0, 0.9, len(tour)))
    for colour, step in zip(colours, pairwise(tour), strict=False):
        axis.plot(*places[list(step)].T, color=colour, linewidth=2)
    axis.plot(*places[[tour[-1], tour[0]]].T, color="#b03a2e", linewidth=1.5, linestyle="--")
    axis.scatter(*places.T, s=14, color="#22313f", zorder=3)
    axis.scatter(*places[tour[0]], s=90, color="#b03a2e", zorder=4)
    axis.set_aspect("equal")
    axis.set_xticks([])
    axis.set_yticks([])
