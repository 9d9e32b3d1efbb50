"""Picture of the angles: the cosine of every pair, with the vectors in lexicographic order."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: vectors, as judged.
        params: the instance's parameters.
        path: where to write.
    """
    rows = np.array(sorted(output), dtype=float)
    rows /= np.sqrt((rows * rows).sum(1))[:, None]
    shown = rows @ rows.T
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.axis("off")
    axes.imshow(shown, cmap="RdBu", interpolation="nearest")
    axes.set_title(f"{len(output)} vectors · {len(output[0])} dimensions · cosines of all angles", fontsize=15, pad=12)
    figure.savefig(path)
