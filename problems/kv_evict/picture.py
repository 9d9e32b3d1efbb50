"""Picture of a cache: which keys are in it at each query, what they get, and beneath it what is kept and could be."""

import numpy as np
from evaluate import drawn, ranked
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

SHOWN = "returns"
"""The kind of head that is shown, where there is one; else the first."""
LEAST = 0.003
"""Of attention that shows, as the shade next to none."""
SMOOTHED = 12
"""Queries over which the lines are means."""


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: one sequence.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family = SHOWN if SHOWN in params["families"] else params["families"][0]
    attention, most = drawn(family, params["draw"], params["tokens"], params["slots"], params.get("secret", ""))
    held = followed(candidate, attention, params["slots"])
    kept = (attention * held).sum(axis=1)
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [4, 1]})
    size = np.clip(np.log(np.maximum(attention, LEAST) / LEAST) / np.log(0.3 / LEAST), 0, 1)
    for colour, mask in (("#1f5f8b", held), ("#b03a2e", (attention > LEAST) & ~held)):
        shown = np.where(mask, size, np.nan)
        shades = LinearSegmentedColormap.from_list("one", [colour + "30", colour])
        above.imshow(shown.T, aspect="auto", cmap=shades, vmin=0, vmax=1, interpolation="nearest")
    slots = params["slots"]
    above.set_title(
        f"{family}: {kept[slots:].mean():.3f} kept; the best {slots} keys of each query have {most:.3f}\n"
        "blue: keys in the cache; red: what a query would have given to keys that are gone"
    )
    above.set_ylabel("key")
    window = np.ones(SMOOTHED) / SMOOTHED
    best = np.sort(attention, axis=1)[:, ::-1][:, :slots].sum(axis=1)
    places = np.arange(SMOOTHED - 1, len(kept))
    below.plot(places, np.convolve(best, window, "valid"), color="#888888", label="best keys of each query")
    below.plot(places, np.convolve(kept, window, "valid"), color="#1f5f8b", label="kept")
    below.set_ylim(0.3, 1.02)
    below.set_xlabel("query")
    below.set_ylabel("share")
    below.legend(loc="lower left")
    figure.tight_layout()
    figure.savefig(path)


def followed(candidate, attention, slots):
    """Return which keys are there for each query, as an array (queries, keys) of truths."""
    held = np.zeros(attention.shape, dtype=bool)
    candidate.restart()
    candidate.call("init", slots, len(attention), 1)
    keys = np.zeros(0, dtype=int)
    for t, row in enumerate(attention):
        keys = np.append(keys, t)
        held[t, keys] = True
        numbers = ranked(candidate, t, keys.copy(), row[keys] / row[keys].sum())
        if len(keys) > slots:
            keys = np.delete(keys, int(np.argmin(numbers)))
    return held
