"""Picture of a subset: three views of the first set with the worst box, and the discrepancy of every set."""

import numpy as np
import tasks
from discrepancy import worst_box
from evaluate import read
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

VIEWS = ((0, 1), (0, 2), (1, 2))


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    drawn = [
        (family, tasks.tasks(family, params["draw"] + place, params["n"], params))
        for family in params["families"]
        for place in range(params["draws"])
    ]
    answers = candidate.map("choose", [(points / tasks.GRID, params["count"]) for _, points in drawn])
    chosen = [
        (family, points, points[read(answer, len(points), params["count"], family)])
        for answer, (family, points) in zip(answers, drawn, strict=True)
    ]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    *views, last = figure.subplots(2, 2).flat
    for panel, axes in zip(views, VIEWS, strict=True):
        view(panel, *chosen[0][1:], axes)
    bars(last, chosen)
    figure.savefig(path)


def view(panel, points, some, axes):
    """Draw tasks from one side, those that were chosen large, and the box that is worst."""
    one, other = axes
    worst = worst_box(some, tasks.GRID)
    corner = np.array(worst.corner) / tasks.GRID
    colour = "#c0392b" if worst.crowded else "#2471a3"
    panel.add_patch(
        Rectangle((0, 0), corner[one], corner[other], facecolor=colour, alpha=0.12, edgecolor=colour, linewidth=1.5)
    )
    within = np.all((np.less_equal if worst.crowded else np.less)(some, worst.corner), axis=1)
    panel.scatter(*points[:, axes].T / tasks.GRID, s=10, color="#b2bec3", zorder=2)
    for inside, face in ((True, "#22313f"), (False, "#e67e22")):
        panel.scatter(
            *some[within == inside][:, axes].T / tasks.GRID,
            s=75,
            color=face,
            edgecolor="white",
            linewidth=0.8,
            zorder=3,
        )
    panel.set_title(f"optimisers {one + 1} and {other + 1}: {worst.discrepancy:.4f}, {int(within.sum())} inside")
    panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    panel.spines[["top", "right"]].set_visible(False)


def bars(panel, chosen):
    """Draw the discrepancy of every set, red where the worst box holds too many and blue where too few."""
    found = [worst_box(some, tasks.GRID) for _, _, some in chosen]
    colours = ["#c0392b" if worst.crowded else "#2471a3" for worst in found]
    panel.barh(range(len(found)), [worst.discrepancy for worst in found], color=colours, height=0.6)
    panel.set_yticks(range(len(found)), [family for family, _, _ in chosen])
    panel.invert_yaxis()
    panel.set(xlim=(0, 0.35), xlabel="star discrepancy; red: too many in the worst box, blue: too few")
    panel.spines[["top", "right"]].set_visible(False)
