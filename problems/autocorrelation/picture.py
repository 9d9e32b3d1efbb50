"""Picture of a step function: the function above, its autoconvolution below."""

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
    nodes = np.append(np.insert(np.convolve(f, f), 0, 0.0), 0.0) * 2 * len(f) / max(f.sum() ** 2, 1e-300)
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1)
    above.stairs(f, np.linspace(-0.25, 0.25, len(f) + 1), fill=True, color="#2e86ab")
    above.set_title(f"{len(f)} steps", fontsize=15)
    below.plot(np.linspace(-0.5, 0.5, len(nodes)), nodes, color="#d1495b")
    below.set_title("autoconvolution over the squared integral", fontsize=15)
    figure.tight_layout()
    figure.savefig(path)
