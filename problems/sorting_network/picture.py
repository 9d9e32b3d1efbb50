"""Picture of sorting networks: wires from left to right, comparators as bars, layer by layer."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(output, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`; of several networks the largest is drawn.

    Args:
        output: networks, as judged.
        params: the instance's parameters, `sizes` among them.
        path: where to write.
    """
    n, network = max(zip(params["sizes"], output, strict=True), key=lambda each: each[0])
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.axis("off")
    columns = place(n, network)
    right = max((x for x, _, _ in columns), default=0.0) + 1.0
    for wire in range(n):
        axes.plot([-1.0, right], [-wire, -wire], color="#9aa5b1", linewidth=1.2, zorder=1)
    for x, i, j in columns:
        axes.plot([x, x], [-i, -j], color="#1f4e79", linewidth=2.2, marker="o", markersize=6, zorder=2)
    layers = len({int(x) for x, _, _ in columns})
    axes.set_title(f"{n} wires · {len(network)} comparators · {layers} layers", fontsize=15, pad=12)
    figure.savefig(path)


def place(n, network):
    """Return (x, i, j) of every comparator: whole x for the layer, small steps where bars of a layer would overlap."""
    ready, taken, placed = [0] * n, {}, []
    for i, j in network:
        layer = max(ready[i], ready[j])
        ready[i] = ready[j] = layer + 1
        lanes = taken.setdefault(layer, [])
        lane = next((k for k, used in enumerate(lanes) if all(j < a or b < i for a, b in used)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((i, j))
        placed.append((layer, lane, i, j))
    return [(layer + lane * 0.8 / len(taken[layer]), i, j) for layer, lane, i, j in placed]
