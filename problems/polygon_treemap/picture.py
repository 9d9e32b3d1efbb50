"""Picture of treemaps: the first four trees, cells coloured by how far from fat they are."""

import trees
from evaluate import GRID, aspect, read
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

SHOWN = 4


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    found = [(family, draw) for draw in range(SHOWN) for family in params["families"]][:SHOWN]
    drawn = [(family, trees.tree(family, params["draw"] + draw, params)) for family, draw in found]
    answers = candidate.map("layout", [(tree.children, tree.weights) for _, tree in drawn])
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(2, 2).flat
    scale = ScalarMappable(LogNorm(1.5, 20), "YlOrRd")
    for panel, answer, (family, tree) in zip(panels, answers, drawn, strict=False):
        show(panel, read(answer, tree, family), tree, scale, family)
    figure.colorbar(scale, ax=figure.axes, shrink=0.5, label="diameter squared over area", location="bottom")
    figure.savefig(path)


def show(panel, cells, tree, scale, family):
    """Draw the leaves in colour, and the outlines of inner nodes the thicker the nearer to the root."""
    shapes = [[(x / GRID, y / GRID) for x, y in cell] for cell in cells]
    leaves = [node for node, below in enumerate(tree.children) if not below]
    colours = [scale.to_rgba(float(aspect(cells[node]))) for node in leaves]
    panel.add_collection(
        PolyCollection([shapes[node] for node in leaves], facecolors=colours, edgecolors="white", linewidths=0.8)
    )
    level = [0] * len(cells)
    for node, below in enumerate(tree.children):
        for child in below:
            level[child] = level[node] + 1
    inner = [node for node, below in enumerate(tree.children) if below]
    widths = [max(1.0, 3.5 - level[node]) for node in inner]
    panel.add_collection(
        PolyCollection(
            [shapes[node] for node in inner],
            facecolors="none",
            edgecolors="#22313f",
            linewidths=widths,
            joinstyle="round",
        )
    )
    worst = max(map(aspect, cells[1:]))
    panel.set_title(f"{family}: {len(leaves)} leaves, worst {worst:.3g}")
    panel.set_aspect("equal")
    panel.set_xlim(-0.01, 1.01)
    panel.set_ylim(-0.01, 1.01)
    panel.set_axis_off()
