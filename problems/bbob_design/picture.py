"""Picture of an optimiser: what it asks for on two functions, and how soon it is low on all of them."""

from contextlib import suppress

import numpy as np
from evaluate import HIGH, LOW, Sale, area, problems
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from evo.judging import QueriesSpent, draw_seed

SHOWN = "f8", "f21"
"""A bent valley, and a hundred peaks."""


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the points asked for on two functions, and the curves of all 24.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 1])
    below, d, curves = figure.add_subplot(grid[1, :]), params["dims"][-1], []
    for problem, number in problems({**params, "dims": [d], "draws": 1, "mixtures": 0}):
        _, heights = asked(candidate, problem, number, params)
        curves.append(curve(heights, params["budget"] * d))
        below.plot(np.arange(1, len(curves[-1]) + 1), curves[-1], color="#22313f", linewidth=0.6, alpha=0.5)
    below.plot(np.arange(1, len(curves[-1]) + 1), np.mean(curves, axis=0), color="#d1495b", linewidth=3)
    share = 1 - (np.mean(curves) - LOW) / (HIGH - LOW)
    below.set(xlabel="values asked for", ylabel="log10 of the height above the optimum", ylim=(LOW - 0.2, HIGH + 0.2))
    below.set_title(f"24 functions of {d} coordinates and their mean: area {share:.3f}")
    flat = {each.name: (each, number) for each, number in problems({**params, "dims": [2], "draws": 1, "mixtures": 0})}
    for place, name in enumerate(SHOWN):
        problem, number = flat[name]
        points, heights = asked(candidate, problem, number, params)
        landscape(figure.add_subplot(grid[0, place]), problem, points, area(heights, params["budget"] * 2))
    figure.tight_layout()
    figure.savefig(path)


def asked(candidate, problem, number, params):
    """Return the points that were asked for, and their heights."""
    budget = params["budget"] * problem.d
    sale = Sale(problem, budget)
    seed = draw_seed(f"seed, {problem.name}/{problem.d}/{number}", params, size=4) >> 1
    candidate.restart()
    with suppress(QueriesSpent):
        candidate.consult("solve", problem.d, budget, seed, reply=sale.reply)
    return np.concatenate(sale.points), np.concatenate(sale.heights)


def curve(heights, budget):
    """Return the logarithm of the best height so far for every value of the budget."""
    best = np.minimum.accumulate(heights)
    best = np.concatenate([best, np.full(budget - len(best), best[-1])])
    return np.clip(np.log10(np.maximum(best, 1e-300)), LOW, HIGH)


def landscape(axes, problem, points, share):
    """Draw a function of two coordinates by its levels, and the points over it, the later ones redder."""
    ticks = np.linspace(-5, 5, 160)
    x, y = np.meshgrid(ticks, ticks)
    levels = np.log10(problem.above(np.column_stack([x.ravel(), y.ravel()])) + 1e-3).reshape(x.shape)
    axes.contourf(x, y, levels, 24, cmap="Greys_r", alpha=0.8)
    axes.scatter(*points.T, s=14, c=np.arange(len(points)), cmap="autumn_r", edgecolors="none")
    axes.set(xlim=(-5, 5), ylim=(-5, 5), xticks=[], yticks=[])
    axes.set_title(f"{problem.name}: {len(points)} points, area {share:.3f}")
