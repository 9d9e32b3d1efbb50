"""Picture of an index: the lines of its memory by how often they are used, and the misses of every stream."""

import numpy as np
import ops
from evaluate import served
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from memory import Cache, Index

WIDE, SHOWN = 48, 576
"""Lines in a row of the map, and how many lines it shows."""


class Watched(Cache):
    """A cache that notes which lines are used, and for each use whether it missed."""

    def __init__(self, lines):
        super().__init__(lines)
        self.uses, self.missed = [], []

    def touch(self, line):
        """Use a line."""
        before = self.misses
        super().touch(line)
        self.uses.append(line)
        self.missed.append(self.misses > before)


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, height_ratios=(1.1, 1))
    for place, family in enumerate(params["families"]):
        index = Index(params["lines"], Watched)
        found = served(candidate, ops.stream(family, params["draw"], params), index, family)
        if not place:
            show_map(figure, above, index.cache, f"{family}: {found['misses']:.3f} misses an operation")
        cut = np.array_split(np.array(index.cache.missed, dtype=float), 60)
        below.plot(np.linspace(0, 1, 60), [part.mean() for part in cut], label=f"{family} {found['misses']:.3f}")
    below.set(xlabel="the stream, the first keys included", ylabel="misses of all lines used", ylim=(0, 1), xlim=(0, 1))
    below.legend(title="misses an operation", frameon=False, loc="upper right")
    below.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def show_map(figure, panel, cache, title):
    """Draw the memory line by line, the darker the more it is used."""
    counts = np.bincount([line for line in cache.uses if line < SHOWN], minlength=SHOWN).astype(float)
    counts[counts == 0] = np.nan
    image = panel.imshow(
        counts.reshape(-1, WIDE), cmap="YlOrRd", norm=LogNorm(1, 5000), aspect="auto", interpolation="nearest"
    )
    panel.set_title(title)
    panel.set(xlabel=f"lines of the memory, {WIDE} in a row", xticks=(), yticks=())
    figure.colorbar(image, ax=panel, label="uses", shrink=0.8)
