"""Picture of averaging: how far each node is from the mean, message by message, and how the error falls."""

import math

import numpy as np
from evaluate import drawn, followed
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure

SHOWN = "barbell"
"""The network of which every node is shown, where there is one; else the first."""
NEAR, FAR = 0.01, 3.0
"""Deviations nearer than this are shaded evenly; those beyond are shown as this."""


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first draw of each kind.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    families = params["families"]
    shown = SHOWN if SHOWN in families else families[0]
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1)
    for family in families:
        made, history = drawn(family, params["draw"], params.get("secret", "")), []
        candidate.restart()
        run = followed(candidate, made, params, lambda network, seen=history: seen.append(list(network.first)))
        share = np.arange(1, len(run["curve"]) + 1) / made.reference(params["precision"])
        below.plot(
            share, run["curve"], label=f"{family} {run['relative']:.3f}", linewidth=2.5 if family == shown else 1
        )
        if family == shown:
            nodes(above, made, np.array(history))
            above.set_title(f"{family}: distance of each node from the mean; {run['messages']:.0f} messages suffice")
            figure.colorbar(above.images[0], ax=above, fraction=0.04, pad=0.02)
    bound = np.array([0, params["patience"]])
    below.plot(bound, params["precision"] ** bound, color="#888888", linestyle="--", label="bound of uniform gossip")
    below.axhline(params["precision"], color="#b03a2e", linewidth=1)
    below.set_yscale("log")
    below.set_ylim(params["precision"] / 10, 10)
    below.set_xlim(*bound)
    below.set_xlabel("messages, of the bound of uniform gossip")
    below.set_ylabel("squared error, of the first")
    below.legend(loc="upper right", fontsize=9)
    figure.tight_layout()
    figure.savefig(path)


def nodes(axis, made, history):
    """Shade the values of all nodes, (messages, nodes), those near each other in the network side by side."""
    off = history - math.fsum(made.values) / len(made.values)
    norm = SymLogNorm(NEAR, vmin=-FAR, vmax=FAR)
    axis.imshow(off[:, side_by_side(made)].T, aspect="auto", cmap="RdBu_r", norm=norm, interpolation="nearest")
    axis.set_xlabel("messages")
    axis.set_ylabel("node")


def side_by_side(made):
    """Return the nodes in the order of the network's slowest mode."""
    count = len(made.adjacent)
    laplacian = np.zeros((count, count))
    for one, others in enumerate(made.adjacent):
        laplacian[one, others] = -1
        laplacian[one, one] = len(others)
    return np.argsort(np.linalg.eigh(laplacian)[1][:, 1], kind="stable")
