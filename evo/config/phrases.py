"""What messages say: what an annotation expects, and what came instead."""

from __future__ import annotations

import json
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from evo.config.positions import cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON

_KINDS: Mapping[object, str] = MappingProxyType(
    {
        int: "an integer",
        float: "a number",
        str: "a text",
        bool: "true or false",
        NoneType: "null",
    }
)
# Attribute of a constraint -> how it reads, in the order in which it is said.
_RANGES = (("ge", "at least {}"), ("gt", "above {}"), ("le", "at most {}"), ("lt", "below {}"))


def expected(kind: Any) -> str:  # noqa: ANN401 - annotations have no type of their own
    """Say what a value of this annotation looks like: "an integer, at least 1"."""
    origin = get_origin(kind)
    if origin is Annotated:
        marks = kind.__metadata__
        return _described(marks) or ", ".join([expected(kind.__origin__), *_constraints(marks)])
    if words := choices(kind):
        return f"one of {', '.join(words)}" if words[1:] else ", ".join(words)
    if origin in {Union, UnionType}:
        return " or ".join(expected(part) for part in get_args(kind) if part is not NoneType)
    if origin is tuple:
        return "a list"
    return _KINDS.get(kind, "a mapping")


def choices(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - idem
    """Return the words that an enum or a Literal allows, () for anything else."""
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def shown(value: JSON) -> str:
    """Show what came: scalars as written in a file, containers by their kind."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return repr(cut(value))
        case _:
            return cut(json.dumps(value))


def _described(marks: Sequence[object]) -> str:
    described = (getattr(mark, "description", None) for mark in marks)
    return next((str(text) for text in described if text), "")


def _constraints(marks: Sequence[object]) -> list[str]:
    parts = [part for mark in marks for part in getattr(mark, "metadata", (mark,))]
    ranges = [(getattr(part, name, None), phrase) for name, phrase in _RANGES for part in parts]
    said = [phrase.format(bound) for bound, phrase in ranges if bound is not None]
    return said + ["not empty" for part in parts if getattr(part, "min_length", 0)]
