"""Values that know where they stand in a file, and the errors that point at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from evo.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON

Loc: TypeAlias = tuple[str | int, ...]
"""A path inside a document: keys of mappings, indexes of lists."""

EXCERPT_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in a text: 1-based line and column, and the width to mark (None: to the end of the line)."""

    line: int
    column: int
    width: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlSource:
    """The text that a node was read from.

    Attributes:
        name: the file as the user named it, or for example "--set budget.tickets=5".
        lines: its lines, for excerpts; () for texts that need no line numbers.
    """

    name: str
    lines: tuple[str, ...] = ()

    def error(self, message: str, span: Span | None = None) -> SpecError:
        """Return the error that shows `message` at `span`, with the source line and a marker under it."""
        if span is None or not self.lines:
            return SpecError(message, path=self.name)
        text = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        excerpt = _excerpt(text, span)
        return SpecError(message, path=self.name, line=span.line, column=span.column, excerpt=excerpt)


def _excerpt(text: str, span: Span) -> str:
    first = max(0, span.column - 1 - EXCERPT_WIDTH // 2) if len(text) > EXCERPT_WIDTH else 0
    shown = _printable(text[first : first + EXCERPT_WIDTH]).rstrip()
    start = span.column - 1 - first
    width = len(shown) - start if span.width is None else min(span.width, EXCERPT_WIDTH - start)
    gutter = f"{span.line:>5} | "
    return f"{gutter}{shown}\n{' ' * (len(gutter) + start)}{'^' * max(1, width)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlNode:
    """A value with its place and the nodes inside it.

    Attributes:
        value: plain data; containers share the values of their children.
        span: where the value stands; key: where its key stands, None in lists and at the root.
        children: by key or index; empty for scalars.
    """

    source: YamlSource
    value: JSON
    span: Span
    key: Span | None = None
    children: Mapping[str | int, YamlNode] = field(default_factory=lambda: MappingProxyType({}))

    def error(self, message: str, *, at_key: bool = False) -> SpecError:
        """Return an error that points to this value, or to its key where it has one."""
        return self.source.error(message, self.key if at_key and self.key else self.span)


def node_of(value: JSON, source: YamlSource) -> YamlNode:
    """Make a tree of nodes from plain data that was never in a file: errors about it have no line."""
    children: dict[str | int, YamlNode] = {}
    match value:
        case dict():
            children = {name: node_of(item, source) for name, item in value.items()}
        case list():
            children = dict(enumerate(node_of(item, source) for item in value))
        case _:
            pass
    return YamlNode(source=source, value=value, span=Span(line=1, column=1), children=MappingProxyType(children))


def dotted(loc: Sequence[str | int]) -> str:
    """Write a path as `emitters.0.weight`; names that are too long to be read are cut."""
    return ".".join(cut(str(step)) for step in loc)


def cut(text: str) -> str:
    """Make a text fit for a message: short, and without characters that would move a terminal's cursor."""
    text = _printable(text)
    return text if len(text) <= EXCERPT_WIDTH // 2 else text[: EXCERPT_WIDTH // 2 - 3] + "..."


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
