"""Lineages as graphs for other programs: DOT, Mermaid, GraphML. Edges run from parent to child."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from evo.render.numbers import objective, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.render.lineage import LineageStep


class Notation(StrEnum):
    """How a graph is written."""

    DOT = "dot"
    MERMAID = "mermaid"
    GRAPHML = "graphml"


def graph(steps: Sequence[LineageStep], notation: Notation) -> str:
    """Write steps and the edges between them; an edge from a program that is not among the steps is left out.

    Args:
        steps: each program once.
        notation: GraphML has every key of `evo lineage --json` as an attribute, the others a label.
    """
    match notation:
        case Notation.DOT:
            return "".join(f"{line}\n" for line in _dot(steps))
        case Notation.MERMAID:
            return "".join(f"{line}\n" for line in _mermaid(steps))
        case Notation.GRAPHML:
            return _graphml(steps)
        case _:
            assert_never(notation)


def _edges(steps: Sequence[LineageStep]) -> Iterator[tuple[str, LineageStep]]:
    there = {step.program for step in steps}
    for step in steps:
        # Crossing a program with itself is one edge.
        yield from ((parent, step) for parent in dict.fromkeys(step.parents) if parent in there)


def _label(step: LineageStep) -> tuple[str, str]:
    return short(step.program), f"{objective(step.objective, step=step.delta)} {step.status} t{step.ticket}"


def _dot(steps: Sequence[LineageStep]) -> Iterator[str]:
    yield "digraph lineage {"
    yield "  node [shape=box];"
    for step in steps:
        head, line = _label(step)
        yield f'  "{step.program}" [label="{head}\\n{line}"];'
    for parent, step in _edges(steps):
        yield f'  "{parent}" -> "{step.program}" [label={json.dumps(step.operator)}];'
    yield "}"


def _mermaid(steps: Sequence[LineageStep]) -> Iterator[str]:
    # Ids begin with a letter: Mermaid takes some bare words, such as "end", for its own.
    yield "flowchart TD"
    for step in steps:
        head, line = _label(step)
        yield f'  p{step.program}["{head}<br>{line}"]'
    for parent, step in _edges(steps):
        operator = step.operator.replace('"', "#quot;")
        yield f'  p{parent} -->|"{operator}"| p{step.program}'


def _graphml(steps: Sequence[LineageStep]) -> str:
    import networkx as nx  # noqa: PLC0415 - 100 ms, only for this notation

    made: nx.DiGraph[str] = nx.DiGraph()
    for step in steps:
        # The format has no null and no lists: what is unknown is left out, cells are texts.
        given = {
            "objective": step.objective,
            "operator": step.operator,
            "ticket": step.ticket,
            "island": step.island,
            "cell": None if step.cell is None else " ".join(str(index) for index in step.cell),
            "status": step.status,
            "delta": step.delta,
            "summary": _printable(step.summary),
        }
        made.add_node(step.program, **{name: value for name, value in given.items() if value is not None})
    for parent, step in _edges(steps):
        made.add_edge(parent, step.program, operator=step.operator)
    return "".join(f"{line}\n" for line in nx.generate_graphml(made))


def _printable(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    return "".join(char if char.isprintable() or char in "\t\n" else " " for char in text)
