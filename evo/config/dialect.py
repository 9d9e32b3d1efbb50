"""The YAML dialect of declared files: events in, nodes with positions out.

The dialect is small on purpose: one document of mappings, lists and the scalars of the YAML 1.2 core schema. Anchors,
aliases, tags and directives are refused, so a file is a tree that can be walked in time linear in its size, and
`no`, `12:30` and dates are the texts that they look like. Parsing goes event by event: nothing is ever constructed
by name, and the depth is known before it can hurt.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

import yaml

from evo.config.positions import Span, YamlNode, YamlSource, cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evo.canonical import JSON

MAX_DEPTH = 40
# Beyond this an integer no longer fits a float, and converting long digit strings costs quadratic time.
MAX_DIGITS = 300

_LINE_END = re.compile(r"\r\n|\n|\r")
_FORBIDDEN = re.compile(r"[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MEANINGS: tuple[tuple[str, bool | None], ...] = (
    *((word, None) for word in ("", "~", "null", "Null", "NULL")),
    *((word, True) for word in ("true", "True", "TRUE")),
    *((word, False) for word in ("false", "False", "FALSE")),
)
_WORDS: Mapping[str, bool | None] = MappingProxyType(dict(_MEANINGS))
# libyaml's scanner where PyYAML was built with it: twenty times faster, same events.
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def split(text: str) -> tuple[str, ...]:
    """Return the lines of a text as the positions of its nodes count them."""
    return tuple(_LINE_END.split(text))


def compose(text: str, source: YamlSource) -> YamlNode | None:
    """Parse a text of the dialect into a tree; None when it holds no document at all.

    Raises:
        SpecError: with the position of whatever is not in the dialect.
    """
    _screen(text, source)
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
    try:
        return _Composer(events=events, source=source).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(line=mark.line + 1, column=mark.column + 1, width=1) if mark else None
        raise source.error(f"not valid YAML: {error.problem or error.context}", span) from None
    except yaml.YAMLError as error:
        raise source.error(f"not valid YAML: {str(error).splitlines()[0]}") from None


def _screen(text: str, source: YamlSource) -> None:
    """Refuse characters that look like nothing or like something else."""
    found = _FORBIDDEN.search(text)
    if not found:
        return
    lines = split(text[: found.start()])
    span = Span(line=len(lines), column=len(lines[-1]) + 1, width=1)
    match found.group():
        case "\t":
            message = "a tab; YAML indents with spaces, and a tab inside a text is written \\t in double quotes"
        case "\ufeff":
            message = "a byte order mark; save the file as UTF-8 without it"
        case other:
            message = f"the character U+{ord(other):04X} is not allowed; write it as an escape in double quotes"
    raise source.error(message, span)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composer:
    """Turns a stream of events into a tree of nodes. Recursion is safe: depth is checked on the way down."""

    events: Iterator[yaml.Event]
    source: YamlSource

    def document(self) -> YamlNode | None:
        root: YamlNode | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.refuse(event, "a second document starts here; expected one document per file")
                if event.version or event.tags:
                    self.refuse(event, "YAML directives (%) are not used here; remove the line")
                root = self.node(next(self.events), 1, None)
        return root

    def node(self, event: yaml.Event, depth: int, key: Span | None) -> YamlNode:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, f"alias *{cut(str(event.anchor))}: anchors and aliases are not used here; repeat it")
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):  # pragma: no cover - grammar of YAML
            self.refuse(event, "expected a value")
        if event.anchor is not None:
            self.refuse(event, f"anchor &{cut(str(event.anchor))}: anchors and aliases are not used here")
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.refuse(event, f"tag {cut(tag)}: tags are not used here; write plain values")
        if isinstance(event, yaml.ScalarEvent):
            return YamlNode(source=self.source, value=self.scalar(event), span=_span(event), key=key)
        if depth > MAX_DEPTH:
            self.refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, depth, key)
        return self.sequence(event, depth, key)

    def sequence(self, start: yaml.Event, depth: int, key: Span | None) -> YamlNode:
        children: dict[str | int, YamlNode] = {}
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            children[len(children)] = self.node(event, depth + 1, None)
        value: JSON = [child.value for child in children.values()]
        return YamlNode(
            source=self.source, value=value, span=_span(start), key=key, children=MappingProxyType(children)
        )

    def mapping(self, start: yaml.Event, depth: int, key: Span | None) -> YamlNode:
        children: dict[str | int, YamlNode] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self.name(event)
            if (earlier := children.get(name)) and earlier.key:
                self.refuse(event, f"duplicate key {cut(name)!r}; it already stands in line {earlier.key.line}")
            children[name] = self.node(next(self.events), depth + 1, _span(event))
        value: JSON = {str(name): child.value for name, child in children.items()}
        return YamlNode(
            source=self.source, value=value, span=_span(start), key=key, children=MappingProxyType(children)
        )

    def name(self, event: yaml.Event) -> str:
        """Return the text of a key; integer-looking ones keep their source text (`instances: {26: ...}`)."""
        if isinstance(event, yaml.CollectionStartEvent):
            self.refuse(event, "expected a text as a key; got a list or a mapping")
        node = self.node(event, MAX_DEPTH, None)
        if isinstance(node.value, str):
            return node.value
        text = str(event.value) if isinstance(event, yaml.ScalarEvent) else ""
        if not _INT.fullmatch(text):
            self.refuse(event, f"expected a text as a key; got {cut(text) or 'nothing'!r}; write it in quotes")
        return text

    def scalar(self, event: yaml.ScalarEvent) -> JSON:
        text = str(event.value)
        try:
            return resolved(text) if event.implicit[0] else text
        except ValueError as error:
            self.refuse(event, str(error))

    def refuse(self, event: yaml.Event, message: str) -> NoReturn:
        raise self.source.error(message, _span(event))


def resolved(text: str) -> str | bool | int | float | None:
    """Return what a plain scalar means in the YAML 1.2 core schema.

    Raises:
        ValueError: it is a number, but not a finite one that fits a float.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"a number of {len(text)} digits; expected {MAX_DIGITS} at most")
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a number here; expected a finite one")
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(f"{cut(text)} is too large; expected a finite number")
        return number
    return text


def _span(event: yaml.Event) -> Span:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:  # pragma: no cover - both scanners mark every event
        return Span(line=1, column=1)
    collection = isinstance(event, yaml.CollectionStartEvent)
    width = end.column - start.column if end.line == start.line and not collection else None
    return Span(line=start.line + 1, column=start.column + 1, width=width)
