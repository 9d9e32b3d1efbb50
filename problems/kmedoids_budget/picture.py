"""Picture of medoids: all objects by their distances in the plane, what was bought, and cost against spending."""

import numpy as np
from evaluate import BUDGETS, Matrix, drawn, medoids_of
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from reference import cost

from evo.judging import QueryLedger, consult

SHOWN = 1500


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first draw under the smallest budget, and the curves of all.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family, n, k = params["families"][0], params["n"], params["k"]
    distances, best = drawn(family, params["draw"], n, k, params.get("secret", ""))
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [3, 1]})
    for factor in reversed(BUDGETS):
        matrix, curve, medoids = bought(candidate, distances, best, int(factor * n * k), k)
        below.step(*zip(*curve, strict=True), where="post", label=f"{factor:g} n k")
    scatter(above, distances, matrix, medoids)
    above.set_title(
        f"{family}: {len(medoids)} medoids of {n} objects, {int(matrix.paid.sum() - n) // 2} distances bought"
    )
    below.set_xlabel("distances bought")
    below.set_ylabel("gap to full knowledge")
    below.legend()
    figure.tight_layout()
    figure.savefig(path)


def bought(candidate, distances, best, budget, k):
    """Return the matrix after one consultation, its curve and the medoids."""
    n = len(distances)
    ledger = QueryLedger(budget, {"distance": 1})
    matrix = Matrix(distances, np.arange(n), ledger)

    def worth(posted):
        return cost(distances, medoids_of(posted, n, k)) / best - 1

    candidate.restart()
    found = consult(candidate, "solve", n, k, budget, 1, ledger=ledger, ask=matrix.answer, worth=worth)
    medoids = medoids_of(found.answer, n, k)
    return matrix, [*ledger.curve, (ledger.spent, cost(distances, medoids) / best - 1)], medoids


def scatter(axes, distances, matrix, medoids):
    """Draw objects where classical scaling puts them, some of the bought pairs, and the medoids."""
    centred = -0.5 * distances**2
    centred -= centred.mean(axis=0) + centred.mean(axis=1)[:, None] - centred.mean()
    values, vectors = np.linalg.eigh(centred)
    places = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))
    pairs = np.argwhere(np.triu(matrix.paid, 1))
    pairs = pairs[:: max(1, len(pairs) // SHOWN)]
    axes.add_collection(LineCollection(places[pairs], color="#22313f", linewidth=0.3, alpha=0.15))
    axes.scatter(*places.T, s=12, c=distances[:, medoids].argmin(axis=1), cmap="tab10", alpha=0.8)
    axes.scatter(*places[medoids].T, s=140, facecolors="none", edgecolors="#d1495b", linewidths=2)
    axes.set_xticks([])
    axes.set_yticks([])
