"""Picture of a rule: the loss of every workload over the gradients, above its target."""

import numpy as np
from evaluate import train
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from reference import EVERY


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first draw of every kind.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for number, family in enumerate(params["families"]):
        found = train(candidate, family, params["draw"], params)
        colour = colormaps["tab10"](number)
        above = np.maximum(1e-3, np.array(found["losses"]) - found["target"])
        end = "missed" if found["missed"] else f"{found['calls']} gradients"
        axes.plot(EVERY * np.arange(len(above)), above, color=colour, linewidth=2, label=f"{family}: {end}")
        if not found["missed"]:
            axes.plot(found["calls"], above[-1], "o", color=colour, markersize=10)
    axes.set_yscale("log")
    axes.set_ylim(8e-4, None)
    axes.set_xlim(0, params["steps"])
    axes.set_xlabel("gradients")
    axes.set_ylabel("loss above the target")
    axes.set_title(f"Losses until the target, {params['steps']} gradients at most")
    axes.legend(loc="upper right")
    figure.tight_layout()
    figure.savefig(path)
