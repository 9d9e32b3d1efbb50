"""Picture of a pruned layer: which weights stay, by sparsity, and where the outputs' error is."""

import numpy as np
from evaluate import drawn, energy, read, row_energies
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first layer at each sparsity.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family, sparsities = params["families"][0], params["sparsities"]
    layer = drawn(family, params["draw"], tuple(params["shape"]), params.get("secret", ""))
    asked = [(layer.weights, layer.shown, sparsity, params["pattern"]) for sparsity in sparsities]
    answers = candidate.map("prune", asked)
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(
        len(sparsities) + 1, 2, gridspec_kw={"width_ratios": [4, 1], "height_ratios": [0.5] + [2] * len(sparsities)}
    )
    columns = np.argsort(-layer.shown.diagonal(), kind="stable")
    rows = np.argsort(-row_energies(layer.weights, layer.fresh), kind="stable")
    grid[0][0].bar(range(len(columns)), layer.shown.diagonal()[columns], width=1.0, color="#22313f")
    grid[0][0].set_yscale("log")
    grid[0][0].set_xlim(-0.5, len(columns) - 0.5)
    grid[0][0].set_title("mean square of each input, which the columns below are sorted by")
    grid[0][1].set_axis_off()
    for (left, right), answer, sparsity in zip(grid[1:], answers, sparsities, strict=True):
        found = read(answer, layer, sparsity, params["pattern"])
        size = np.abs(found * np.sqrt(layer.shown.diagonal()))[rows][:, columns]
        scale = LogNorm(max(size.max(), 1e-9) / 1e3, max(size.max(), 1e-9))
        left.imshow(
            np.where(size > 0, size, np.nan), cmap="viridis", norm=scale, aspect="auto", interpolation="nearest"
        )
        left.set_facecolor("#f4f4f2")
        error = energy(layer.weights - found, layer.fresh) / energy(layer.weights, layer.fresh)
        left.set_title(f"{family}, {sparsity:.0%} zeros: error {error:.3g}; colour: size of weight times input")
        left.set_xticks([])
        lost = row_energies(layer.weights - found, layer.fresh) / energy(layer.weights, layer.fresh)
        right.barh(range(len(rows)), lost[rows], height=1.0, color="#d1495b")
        right.set_ylim(len(rows) - 0.5, -0.5)
        right.locator_params(axis="x", nbins=2)
        right.set_title("error by row")
    figure.savefig(path)
