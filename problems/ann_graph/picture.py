"""Picture of a graph: points and links in the plane of their largest spread, and the path of one query."""

import numpy as np
from evaluate import BEAMS, drawn, read, search, searched
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

BEAM = BEAMS[2]


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: a panel for each of the first two clouds.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    families = params["families"][:2]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = np.atleast_1d(figure.subplots(len(families), 1))
    for panel, family in zip(panels, families, strict=True):
        known = drawn(family, params["draw"], params["n"], params["queries"], params.get("secret", ""))
        answer = candidate.map("build", [(known[0].points, params["degree"])])[0]
        links, entry = read(answer, len(known[0].points), params["degree"])
        show(panel, known, links, entry, family)
    figure.savefig(path)


def show(panel, known, links, entry, family):
    """Draw one cloud, and the query whose search evaluates the median number of points."""
    cloud, tables, truth = known
    counts = [search(links, entry, table, BEAM)[1] for table in tables]
    query = int(np.argsort(counts, kind="stable")[len(counts) // 2])
    centred = cloud.points - cloud.points.mean(axis=0)
    axes = np.linalg.svd(centred[:: max(1, len(centred) // 500)], full_matrices=False)[2][:2]
    places = centred @ axes.T
    target = (cloud.queries[query] - cloud.points.mean(axis=0)) @ axes.T
    lines = [places[[node, other]] for node, row in enumerate(links) for other in row]
    lines = lines[:: max(1, len(lines) // 20000)]
    panel.add_collection(LineCollection(lines, color="#22313f", linewidth=0.2, alpha=0.15))
    panel.scatter(*places.T, s=3, c="#9fb3c8", linewidths=0, zorder=2)
    seen, steps = path_of(links, entry, tables[query])
    panel.scatter(*places[sorted(seen)].T, s=9, c="#e0a100", linewidths=0, zorder=3, label="evaluated")
    panel.plot(*places[steps].T, color="#d1495b", linewidth=1.2, marker=".", markersize=4, zorder=4, label="expanded")
    wanted = places[sorted(truth[query])]
    panel.scatter(*wanted.T, s=40, facecolors="none", edgecolors="#1b6e3a", zorder=5, label="wanted")
    panel.scatter(*target, s=90, marker="*", c="black", zorder=6, label="query")
    found = searched(links, entry, known)
    panel.set_title(f"{family}: {found['score']:.1f} distances a query; this one {len(seen)} with a beam of {BEAM}")
    panel.legend(loc="upper right", fontsize="small")
    panel.set_xticks([])
    panel.set_yticks([])


def path_of(links, entry, table):
    """Return the points whose distance one search evaluates, and those it expands, in order."""
    asked = []

    class Watched(list):
        def __getitem__(self, node):
            asked.append(node)
            return super().__getitem__(node)

    search(Watched(links), entry, table, BEAM)
    return set(entry) | {other for node in asked for other in links[node]}, asked
