"""Picture of a step function: the function above, its overlaps below."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: heights, as judged.
        params: the instance's parameters.
        path: where to write.
    """
    f = np.array(output, dtype=float)
    nodes = np.append(np.insert(np.correlate(f, 1 - f, "full"), 0, 0.0), 0.0) * 2 / len(f)
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1)
    above.stairs(f, np.linspace(0, 2, len(f) + 1), fill=True, color="#2e86ab")
    above.set_title(f"{len(f)} steps", fontsize=15)
    below.plot(np.linspace(-2, 2, len(nodes)), nodes, color="#d1495b")
    below.set_title("overlap with what is left to 1, by shift", fontsize=15)
    figure.tight_layout()
    figure.savefig(path)
