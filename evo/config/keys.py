"""What a declared file may hold, key by key, read off the dataclass that it becomes: for a reference that is true."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

from evo.config.dump import plain
from evo.config.phrases import expected
from evo.config.validation import Plain, members, without_none
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.canonical import JSON

# Annotations are values without a type of their own.
_Kind = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a file.

    Attributes:
        path: dotted from the top of the file; NAME stands for a name of one's own, [] for each entry of a list.
        expects: what stands there, in words.
        required: whether it has to be said.
        section: whether keys of its own follow, each with its default.
        default: plain data, where it is not said; None for nothing.
        meaning: one line, as the code says it.
    """

    path: str
    expects: str
    required: bool
    section: bool
    default: JSON
    meaning: str


def keys_of(model: type, prefix: str = "") -> Iterator[Key]:
    """Yield the keys of a dataclass that a file becomes, those of the sections inside it after their own.

    Args:
        model: every key is a field of it; what it means stands under `Attributes:` in its docstring.
        prefix: of the paths.
    """
    meanings = read_attributes(inspect.getdoc(model) or "")
    defaults = {each.name: each for each in fields(model)}
    for name, member in members(model).items():
        field = defaults[name]
        given = field.default_factory() if field.default_factory is not MISSING else field.default
        inner, mark = _inner(member.kind)
        path = f"{prefix}{name}"
        yield Key(
            path=path,
            expects=_expects(member.kind),
            required=member.required,
            section=inner is not None and not mark,
            default=None if given is MISSING or (inner is not None and not mark) else _plain(given),
            meaning=meanings.get(name, "") or (_first_line(inner) if inner else ""),
        )
        if inner is not None:
            yield from keys_of(inner, f"{path}{mark}.")


def read_attributes(text: str) -> dict[str, str]:
    """Return what a docstring says under `Attributes:`, name -> meaning on one line.

    Args:
        text: a docstring without its indent; one line may name several attributes, as in `low, high: bounds`.
    """
    section = re.search(r"^Attributes:\n((?: +.*\n?|\n)+)", text, re.MULTILINE)
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?= {4}\S)", section[1]) if section else ():
        names, colon, meaning = entry.strip().partition(":")
        if colon:
            found |= {name.strip(): " ".join(meaning.split()) for name in names.split(",")}
    return found


def _first_line(model: type) -> str:
    return " ".join((inspect.getdoc(model) or "").partition("\n\n")[0].split())


def _inner(kind: _Kind) -> tuple[type | None, str]:
    """Return the section that a key holds, and how its place is marked: once, by name or in a list."""
    _, kind = without_none(kind)
    if _is_section(kind):
        return cast("type", kind), ""
    if get_origin(kind) is Mapping and _is_section(get_args(kind)[1]):
        return cast("type", get_args(kind)[1]), ".NAME"
    if get_origin(kind) is tuple and _is_section(get_args(kind)[0]):
        return cast("type", get_args(kind)[0]), "[]"
    return None, ""


def _is_section(kind: _Kind) -> bool:
    return is_dataclass(kind) and not hasattr(kind, "from_document")


def _expects(kind: _Kind) -> str:
    """Say what a key holds."""
    _, kind = without_none(kind)
    if kind in (Plain, object, Any):
        return "plain data"
    for mark in getattr(kind, "__metadata__", ()):
        if said := getattr(mark, "expects", ""):
            return str(said)
    if said := getattr(kind, "expects", ""):
        return str(said)
    if get_origin(kind) is Mapping:
        return f"a mapping: name -> {_expects(get_args(kind)[1])}"
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        return f"a list, each {_expects(get_args(kind)[0])}"
    if get_origin(kind) is Annotated or not is_dataclass(kind):
        return expected(kind)
    return "a mapping"


def _plain(value: object) -> JSON:
    """Return a default as a file has it; None for what no file could say."""
    try:
        return plain(value)
    except EvoError:
        return None
