"""Picture of a stream: each expert's load batch by batch, and beneath it the fullest one and the share that is kept."""

import numpy as np
from evaluate import bias_of, drawn, routed
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from streams import sizes

FULL = 3.0
"""The load that has the darkest colour."""


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first stream.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family = params["families"][0]
    affinities, _ = drawn(family, params["draw"], params["batches"], params.get("secret", ""))
    loads, kept = followed(candidate, affinities, *sizes(family))
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, middle, below = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [4, 1, 1]})
    order = np.argsort(-loads[0], kind="stable")
    shown = above.imshow(
        loads[:, order].T, aspect="auto", cmap="RdBu_r", vmin=2 - FULL, vmax=FULL, interpolation="nearest"
    )
    above.set_title(f"{family}: load of each expert, 1 is its share; {kept.mean():.3f} of all affinity chosen is kept")
    above.set_ylabel("expert, fullest at first on top")
    figure.colorbar(shown, ax=[above, middle, below], fraction=0.04, pad=0.02)
    middle.fill_between(range(len(loads)), loads.max(axis=1), 1, color="#d1495b", linewidth=0)
    middle.set_ylim(1, max(4.0, float(loads.max())))
    middle.set_ylabel("fullest")
    below.plot(kept, color="#22313f")
    below.set_ylim(0.3, 1)
    below.set_ylabel("kept of chosen")
    below.set_xlabel("batch")
    figure.savefig(path)


def followed(candidate, affinities, experts, active):
    """Return the loads of all batches, (batches, experts), and the share that each keeps of what its tokens chose."""
    share = affinities.shape[1] * active // experts
    candidate.restart()
    candidate.call("init", experts, active, 1)
    bias, loads, kept = np.zeros(experts), [], []
    for t, affinity in enumerate(affinities):
        value, load = routed(affinity, bias, active, share)
        chosen, _ = routed(affinity, bias, active, len(affinity))
        loads.append(load / share)
        kept.append(value / chosen)
        bias = bias_of(candidate.call("update", bias, load / share, affinity.mean(axis=0), t), experts)
    return np.array(loads), np.array(kept)
