"""Picture of a cap set: first half of the digits across, second half down."""

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
    n = len(output[0])
    half = n // 2
    shown = np.zeros((3 ** (n - half), 3**half))
    for vector in output:
        across = sum(digit * 3**k for k, digit in enumerate(vector[:half]))
        down = sum(digit * 3**k for k, digit in enumerate(vector[half:]))
        shown[down, across] = 1
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.axis("off")
    axes.imshow(shown, cmap="Blues", interpolation="nearest")
    axes.set_title(
        f"{len(output)} vectors · {len(output[0])} digits · first half across, second half down", fontsize=15, pad=12
    )
    figure.savefig(path)
