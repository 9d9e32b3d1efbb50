"""Picture of a set or an alphabet: the numbers of ways to write each sum and each difference."""

from collections import Counter

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SHOWN = 1000


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        output: different integers, or a base and its digits, as judged; of many the smallest 1000 are drawn.
        params: the instance's parameters.
        path: where to write.
    """
    given, what = (output, "numbers") if isinstance(output, list) else (output["digits"], "digits")
    values = sorted(given)[:SHOWN]
    base = "" if isinstance(output, list) else f" in base {output['base']}"
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    rows = figure.subplots(3, 1)
    rows[0].vlines(values, 0, 1, color="#22313f", linewidth=0.8)
    rows[0].set_title(f"{len(given)} {what} up to {max(given)}{base}", fontsize=15)
    for axes, name, found in (
        (rows[1], "sums", Counter(a + b for a in values for b in values)),
        (rows[2], "differences", Counter(a - b for a in values for b in values)),
    ):
        axes.scatter(list(found), list(found.values()), s=4, color="#d1495b" if name == "sums" else "#2e86ab")
        axes.set_title(f"{len(found)} {name}", fontsize=15)
    figure.tight_layout()
    figure.savefig(path)
