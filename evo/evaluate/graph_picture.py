"""Pictures of a stage graph: rails and names for a terminal, boxes and arrows as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from evo.config.pipeline import Trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.evaluate.graph import Graph, StageNode

_CHAR, _LINE, _PAD = 7.2, 16, 10
"""Width of a character of 12 px monospace, height of a line, space inside a box; all in px."""
_STYLE = (
    "<style>text{font:12px ui-monospace,monospace;fill:#1f2933}.use{fill:#616e7c}"
    "rect{fill:#fff;stroke:#52606d}path{fill:none;stroke:#52606d}.maybe{stroke-dasharray:4 3}</style>"
)
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" style="fill:#52606d;stroke:none"/></marker></defs>'
)
_GAP_X, _GAP_Y, _MARGIN = 28, 44, 16


def notes(node: StageNode) -> tuple[str, ...]:
    """Return what a pipeline says about a stage beside its upstream, as short texts."""
    placing = node.placing
    said = [
        "" if placing.trigger is Trigger.ALL_SUCCESS else f"runs on {placing.trigger}",
        f"when {placing.when}" if placing.when else "",
        f"{placing.repeats.times} times, {placing.repeats.take}" if placing.repeats else "",
        f"up to {placing.retries} retries" if placing.retries else "",
        "" if placing.report else "not reported",
    ]
    limits = {name: getattr(placing.limits, name) for name in node.stage.contract.limited}
    said += [f"{name} {limit:g}" for name, limit in limits.items() if limit is not None]
    return tuple(text for text in said if text)


def _label(graph: Graph, node: StageNode) -> str:
    use = graph.spec.stages[node.name].use
    return node.name if use == node.name else f"{node.name} ({use})"


def text(graph: Graph) -> str:
    """Draw the graph for a terminal: one line per stage in running order, with a rail from each to those that follow.

    A rail begins at `┬` or `╭`, is read at `├` or `┼`, ends at `╰` or `┴`; a horizontal line that meets `│` passes it.
    """
    last = {node.name: index for index, node in enumerate(graph.nodes)}
    for index, node in enumerate(graph.nodes):
        for name in node.upstream:
            last[name] = max(last[name], index)
    rails: list[str | None] = []
    rows: list[tuple[str, str, str]] = []
    for index, node in enumerate(graph.nodes):
        opens = last[node.name] > index
        if opens and None not in rails:
            rails.append(None)
        own = rails.index(None) if opens else None
        marks = _marks(rails, node, own, ended={name for name in node.upstream if last[name] == index})
        rows.append((marks, _label(graph, node), "; ".join(notes(node))))
        rails = [None if name is not None and last[name] == index else name for name in rails]
        if own is not None:
            rails[own] = node.name
    width = max(len(marks) for marks, _, _ in rows)
    names = max(len(label) for _, label, _ in rows)
    drawn = (f"{_extended(marks, width)} {label:<{names}}  {note}".rstrip() for marks, label, note in rows)
    tail = [f"deadline: {graph.deadline:g} s for one program"] if graph.deadline else []
    return "\n".join([*drawn, *tail])


def _marks(rails: Sequence[str | None], node: StageNode, own: int | None, ended: set[str]) -> str:
    """Return the rails of one line, a character and a space or line each."""
    joined = [index for index, name in enumerate(rails) if name in node.upstream]
    first = min(joined if own is None else [*joined, own], default=len(rails))
    drawn = ""
    for index, name in enumerate(rails):
        line = index > first
        if index == own:
            mark = "┬" if line else "╭"
        elif index in joined:
            mark = ("┴" if line else "╰") if name in ended else ("┼" if line else "├")
        elif name is not None:
            mark = "│"
        else:
            mark = "─" if line else " "
        drawn += mark + ("─" if index >= first else " ")
    return drawn


def _extended(marks: str, width: int) -> str:
    filler = "─" if marks.endswith("─") else " "
    return marks + filler * (width - len(marks))


def svg(graph: Graph) -> str:
    """Draw the graph as an SVG document: stages in layers from top to bottom, gates and triggers as dashed arrows."""
    boxes = _boxes(graph)
    width = max(x + w for x, _, w, _ in boxes.values()) + _MARGIN
    height = max(y + h for _, y, _, h in boxes.values()) + _MARGIN
    arrows = [_arrow(boxes[name], boxes[node.name], node) for node in graph.nodes for name in node.upstream]
    shapes = [_box(graph, node, boxes[node.name]) for node in graph.nodes]
    title = escape(f"Pipeline {graph.name}", {'"': "&quot;"})
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">'
    return "\n".join([head, f"<title>{title}</title>", _STYLE, _TIP, *arrows, *shapes, "</svg>\n"])


def _lines(graph: Graph, node: StageNode) -> tuple[str, ...]:
    return (node.name, graph.spec.stages[node.name].use, *notes(node))


def _boxes(graph: Graph) -> dict[str, tuple[float, float, float, float]]:
    """Return x, y, width and height of each stage: a layer below the lowest one that it waits for."""
    depth: dict[str, int] = {}
    for node in graph.nodes:
        depth[node.name] = 1 + max((depth[name] for name in node.upstream), default=-1)
    sizes = {
        node.name: (
            2 * _PAD + _CHAR * max(len(line) for line in _lines(graph, node)),
            2.0 * _PAD + _LINE * len(_lines(graph, node)),
        )
        for node in graph.nodes
    }
    layers = [[name for name in depth if depth[name] == level] for level in range(max(depth.values()) + 1)]
    spans = [sum(sizes[name][0] for name in layer) + _GAP_X * (len(layer) - 1) for layer in layers]
    boxes: dict[str, tuple[float, float, float, float]] = {}
    y = float(_MARGIN)
    for layer, span in zip(layers, spans, strict=True):
        x = _MARGIN + (max(spans) - span) / 2
        for name in layer:
            boxes[name] = (x, y, *sizes[name])
            x += sizes[name][0] + _GAP_X
        y += max(sizes[name][1] for name in layer) + _GAP_Y
    return boxes


def _arrow(
    source: tuple[float, float, float, float], target: tuple[float, float, float, float], node: StageNode
) -> str:
    x0, y0 = source[0] + source[2] / 2, source[1] + source[3]
    x1, y1 = target[0] + target[2] / 2, target[1]
    bend = (y1 - y0) / 2
    maybe = node.placing.when is not None or node.placing.trigger is not Trigger.ALL_SUCCESS
    style = ' class="maybe"' if maybe else ""
    path = f"M{x0:.1f} {y0:.1f}C{x0:.1f} {y0 + bend:.1f} {x1:.1f} {y1 - bend:.1f} {x1:.1f} {y1:.1f}"
    return f'<path{style} d="{path}" marker-end="url(#tip)"/>'


def _box(graph: Graph, node: StageNode, box: tuple[float, float, float, float]) -> str:
    x, y, width, height = box
    rows = [
        f'<text{"" if index == 0 else " class=" + chr(34) + "use" + chr(34)} x="{x + _PAD:.1f}" '
        f'y="{y + _PAD + _LINE * (index + 0.75):.1f}">{escape(line)}</text>'
        for index, line in enumerate(_lines(graph, node))
    ]
    rect = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="5"/>'
    return "\n".join([rect, *rows])
