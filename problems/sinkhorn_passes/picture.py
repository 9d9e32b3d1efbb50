"""Picture of passes: error against passes for every instance, and the first one's plan with the entries that matter."""

import numpy as np
from evaluate import PASSES, TOLERANCE, Passes, drawn, visit
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from evo.judging import consult

ROWS = 20


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [2, 3]})
    for family in params["families"]:
        for eps in params["eps"]:
            seen = visit(candidate, family, params["draw"], eps, params)
            curve = [*seen["curve"], (seen["spent"], np.log10(max(seen["error"], 1e-16)))]
            above.plot(*zip(*curve, strict=True), marker=".", label=f"{family}, eps {eps:g}")
    above.axhline(np.log10(TOLERANCE), color="#22313f", linewidth=1, linestyle="--")
    above.set_xlim(0, PASSES)
    above.set_xlabel("passes")
    above.set_ylabel("decimal logarithm of the error")
    above.legend(fontsize="small")
    plan(below, candidate, params)
    figure.savefig(path)


def plan(axes, candidate, params):
    """Draw the logarithm of the plan of the first instance, rows and columns sorted by where their mass lies."""
    family, eps = params["families"][0], params["eps"][0]
    costs, a, b = drawn(family, params["draw"], params["n"], params.get("secret", ""))
    oracle = Passes(costs, a, b, eps)
    candidate.restart()
    found = consult(candidate, "solve", a, b, eps, PASSES, TOLERANCE, ledger=oracle.ledger, ask=oracle.answer)
    table = oracle.plan(*oracle.potentials(found.answer, "answer"), eps).copy()
    _, _, turned = np.linalg.svd(costs - costs.mean(axis=0))
    columns = np.argsort(turned[0])
    places = np.empty(len(columns))
    places[columns] = np.arange(len(columns))
    rows = np.argsort((table * places).sum(axis=1) / table.sum(axis=1))
    kept = table >= np.partition(table.ravel(), -ROWS * len(table))[-ROWS * len(table)]
    shown = np.log10(np.maximum(table, 1e-12))[rows][:, columns]
    drawn_in = axes.imshow(shown, cmap="Greys", vmin=-12, vmax=shown.max(), aspect="equal")
    y, x = np.nonzero(kept[rows][:, columns])
    axes.scatter(x, y, s=1.2, c="#d1495b", linewidths=0)
    axes.set_title(
        f"plan of {family}, eps {eps:g} (logarithm); red: the {ROWS} n largest entries, {table[kept].sum():.1%} of it"
    )
    axes.figure.colorbar(drawn_in, ax=axes, shrink=0.7)
    axes.set_xticks([])
    axes.set_yticks([])
