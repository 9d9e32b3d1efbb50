"""Picture of a cache: who is in it at each token, what was missed, and beneath it the same with the future known."""

import ceiling
import numpy as np
from evaluate import Cache, ranked, requests
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

SHOWN = 256
"""Tokens."""


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first layer of the first request.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    request = requests(params)[0]
    experts, slots = request.gates.shape[-1], params["slots"]
    used = request.used[:SHOWN, 0]
    order = np.argsort(-np.bincount(used.ravel(), minlength=experts), kind="stable")
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True)
    optimum = ceiling.residents(used, experts, slots)
    for axes, kept, name in (
        (above, residents(candidate, request, params), "this program"),
        (below, optimum, "optimum"),
    ):
        missed = show(axes, kept, used, order)
        axes.set_title(f"{name}: {missed} of {used.size} uses missed, {request.family}")
    below.set_xlabel("token")
    figure.tight_layout()
    figure.savefig(path)


def residents(candidate, request, params):
    """Return who is in the first layer's cache after each token, as an array (tokens, experts) of truths."""
    _, layers, experts = request.gates.shape
    candidate.restart()
    candidate.call("init", layers, experts, params["active"], params["slots"], 1)
    caches = [Cache(experts, params["slots"]) for _ in range(layers)]
    kept = np.zeros((min(SHOWN, len(request.gates)), experts), dtype=bool)
    for t in range(len(kept)):
        for layer, cache in enumerate(caches):
            used = request.used[t, layer]
            cache.load(used)
            cache.evict(ranked(candidate, layer, t, used, request.gates[t, layer]), used, t)
        kept[t] = caches[0].resident
    return kept


def show(axes, kept, used, order):
    """Draw who is there, most used on top, with a dot for each miss; return how many there are."""
    place = np.argsort(order)
    axes.imshow(kept[:, order].T, aspect="auto", cmap=ListedColormap(["#f4f6f8", "#8fb8de"]), interpolation="nearest")
    before = np.vstack([np.zeros_like(kept[:1]), kept[:-1]])
    missed = [(t, place[expert]) for t, row in enumerate(used) for expert in row if not before[t, expert]]
    axes.scatter(*zip(*missed, strict=True), s=5, color="#d1495b")
    axes.set_ylabel("expert, most used on top")
    return len(missed)
