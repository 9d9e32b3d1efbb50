"""Picture of a flow in few steps: exact paths and where the program's particles end, in the plane of most spread."""

import numpy as np
from evaluate import CALLS, Sold, calibrated, drawn, points
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from evo.judging import QueryLedger, consult

STEPS = 60


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first flow, with the fewest calls and with the most.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family, number = params["families"][0], params["draw"]
    field, start, end = drawn(family, number, params["particles"], params.get("secret", ""))
    notes = calibrated(candidate, field, family, number, params)
    plane = np.linalg.svd(end - end.mean(axis=0), full_matrices=False)[2][:2].T
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    exact = np.stack(paths(field, start)) @ plane
    for axes, calls in zip(figure.subplots(2, 1, sharex=True, sharey=True), (CALLS[0], CALLS[-1]), strict=True):
        candidate.restart()
        ledger = QueryLedger(calls, {"call": 1})
        ask = Sold(field, len(start), ledger).answer
        found = consult(candidate, "sample", start, calls, notes, number, ledger=ledger, ask=ask)
        came = points(found.answer, "answer", count=len(start)) @ plane
        show(axes, exact, came)
        off = np.linalg.norm(points(found.answer, "answer") - end, axis=1).mean()
        axes.set_title(f"{family}, {ledger.spent} of {calls} calls: particles end {off:.3f} off on average")
    figure.tight_layout()
    figure.savefig(path)


def paths(field, x):
    """Return where particles are at evenly spaced times."""
    found = [x]
    for step in range(STEPS):
        half = x + field.velocity(x, step / STEPS) / STEPS / 2
        x = x + field.velocity(half, (step + 0.5) / STEPS) / STEPS
        found.append(x)
    return found


def show(axes, exact, came):
    """Draw exact paths, where they end, and how far from that the program's particles do."""
    axes.add_collection(LineCollection(exact.transpose(1, 0, 2), color="#8fb8de", linewidth=0.6))
    axes.add_collection(LineCollection(np.stack([exact[-1], came], axis=1), color="#d1495b", linewidth=1.2))
    axes.scatter(*exact[0].T, s=5, color="#b8c4d0")
    axes.scatter(*exact[-1].T, s=14, color="#22313f")
    axes.scatter(*came.T, s=10, color="#d1495b")
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
