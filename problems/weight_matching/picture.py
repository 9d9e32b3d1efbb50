"""Picture of two matched networks: how alike their units are, layer by layer, before, matched and as planted."""

import networks
import numpy as np
from evaluate import as_doubles, pair_of, read, visit
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first pair of the first family at its middle noise.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family, noise = params["families"][0], params["noises"][len(params["noises"]) // 2]
    pair = pair_of(family, noise, params["draw"], params.get("secret", ""))
    answer = candidate.map("align", [as_doubles(pair)])[0]
    order = read(answer, pair, family)
    nothing = [np.arange(len(units)) for units in order]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(3, len(order))
    rows = zip(("as they come", "matched", "as planted"), (nothing, order, pair.planted), panels, strict=True)
    for name, each, row in rows:
        for layer, panel in enumerate(row):
            show(panel, pair, each, layer)
        share = float(visit([units.tolist() for units in each], family, pair)["share"])
        row[0].set_ylabel(f"{name}: {share:.3f}")
    for layer, panel in enumerate(panels[0]):
        panel.set_title(f"layer {layer + 1}: {len(order[layer])} units")
    figure.suptitle(f"{family}, noise {noise:g}: products of weights, unit by unit")
    figure.savefig(path)


def show(panel, pair, order, layer):
    """Draw what each unit in each place is worth; matched units make a diagonal."""
    gain = networks.gains(pair, order, layer)[:, order[layer]]
    limit = float(np.abs(gain).max())
    panel.imshow(gain, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    panel.set_xticks([])
    panel.set_yticks([])
