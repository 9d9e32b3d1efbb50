"""Picture of a placement: what each GPU has to do in the window that counts, replica by replica, in two streams."""

from collections import Counter

import numpy as np
import streams
from evaluate import balance, loads, read
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SHADES = ("#2a6fbb", "#86b0dc")


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first layer of the first stream of each of two kinds.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    families, gpus, room = params["families"][:2], params["gpus"], params["room"]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = np.atleast_1d(figure.subplots(len(families), 1))
    for panel, family in zip(panels, families, strict=True):
        stream = streams.stream(family, params["draw"], params["windows"] + 1, params["experts"], params)
        answer = candidate.map("place", [(stream[:-1], gpus, room)])[0]
        placed = read(answer, family, stream.shape[1:], gpus, room)
        show(panel, placed[0], stream[-1, 0], f"{family}: balance {balance(placed, stream[-1]):.3f} over all layers")
    figure.savefig(path)


def show(panel, rows, tokens, title):
    """Draw the GPUs of one layer from the heaviest to the lightest; red parts have replicas elsewhere too."""
    copies = Counter(each for row in rows for each in row)
    found = [float(each) for each in loads(rows, tokens)]
    for at, gpu in enumerate(sorted(range(len(rows)), key=lambda gpu: -found[gpu])):
        below = 0.0
        for place, each in enumerate(sorted(rows[gpu], key=lambda each: -tokens[each] / copies[each])):
            height = float(tokens[each]) / copies[each]
            colour = "#d1495b" if copies[each] > 1 else SHADES[place % 2]
            panel.bar(at, height, bottom=below, width=0.85, color=colour, edgecolor="white", linewidth=0.8)
            panel.text(at, below + height / 2, str(each), ha="center", va="center", fontsize=7, color="white")
            below += height
    panel.axhline(sum(found) / len(found), color="#22313f", lw=1, ls=":")
    panel.set_title(f"{title}; red: experts with replicas, dotted: the mean")
    panel.set_ylabel("tokens in the next window, first layer")
    panel.set_xlabel("GPU, the heaviest first")
    panel.set_xticks([])
