"""Picture of what a program gains: its CPU time over the length of strings, and the reference's, of both kinds."""

import random

from evaluate import answered, drawn
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

LENGTHS = (25, 50, 100, 200, 400)
COLOURS = {True: "#0072b2", False: "#d55e00"}
REPEATS = 3


def draw(candidate, params, path):
    """Write a PNG of 1000 x 700 pixels to `path`: the least CPU time of a few tries at each length.

    Args:
        candidate: the program, as judged.
        params: the instance's parameters.
        path: where to write.
    """
    rng, runs = random.Random(0), params.get("runs", False)
    lengths = [length * 4 for length in LENGTHS] if runs else LENGTHS
    figure = Figure(figsize=(10, 7), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for alike in (True, False):
        pairs = [drawn(rng, {**params, "length": length}, alike=alike) for length in lengths]
        for live, style, name in ((candidate, "o-", "program"), (candidate.reference, "x--", "reference")):
            taken = [least(live, each, runs=runs) * 1000 / len(each) for each in pairs]
            label = f"{name}, {'nearly alike' if alike else 'unrelated'}"
            axes.plot(lengths, taken, style, color=COLOURS[alike], label=label)
    axes.set(xscale="log", yscale="log", xlabel="letters of each string", ylabel="CPU time of one pair in ms")
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(frameon=False)
    figure.savefig(path)


def least(live, pairs, *, runs):
    """Return the least CPU time of a few tries, in seconds; at least a microsecond, for a logarithm."""
    taken = []
    for _ in range(REPEATS):
        before = live.usage.cpu_seconds
        answered(live, pairs, runs=runs)
        taken.append(live.usage.cpu_seconds - before)
    return max(1e-6, min(taken))
