"""Checking a document against a frozen dataclass whose fields are the keys.

Structure is walked here, in the order of the file, so that the error reported is the first in the file and every
error has a position. Single values (numbers, texts, enums, with their ranges) are judged by pydantic in strict JSON
mode: an integer will do for a float, a boolean is never a number, nothing is converted from text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

from evo.config.phrases import choices, expected, shown
from evo.errors import EvoError, SpecError, nearest

if TYPE_CHECKING:
    from evo.canonical import JSON
    from evo.config.document import Document
    from evo.config.positions import Loc

Count = Annotated[int, Field(ge=1)]
Few = Annotated[int, Field(ge=1, le=1000)]
Cells = Annotated[int, Field(ge=1, le=100_000)]
Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Text = Annotated[str, Field(min_length=1)]

# Shorter names than this abbreviate too many others.
SHORTEST = 3

T = TypeVar("T")
# Annotations are values without a type of their own.
_Kind = Any


class Plain:
    """Stands for any plain data where an annotation says JSON."""


# What annotations may name although their module imports it for type checking alone.
_NAMES: Mapping[str, object] = MappingProxyType(
    {
        "JSON": Plain,
        "Mapping": Mapping,
        "Sequence": Sequence,
        "Path": Path,
        "Any": Any,
    }
)


@dataclass(frozen=True, slots=True)
class Before:
    """A mark on a section's field that came later: what a recorded config means that does not have it.

    Recorded configs spell every default out, so a missing key tells that the run began before there was the option.
    """

    value: object


class Placed(Protocol):
    """A type that reads itself from a document, because it keeps its place or has a form of its own."""

    @classmethod
    def from_document(cls, document: Document, loc: Loc) -> Placed:
        """Return the value that stands at `loc`, which exists.

        Raises:
            SpecError: it has the wrong form.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A field as a key: its annotation, whether the file must give it, and what recorded configs without it mean."""

    kind: _Kind
    required: bool
    before: Before | None = None


def validate(document: Document, model: type[T], loc: Sequence[str | int] = (), *, recorded: bool = False) -> T:
    """Return what stands at `loc` of the document as an instance of the dataclass `model`.

    Args:
        document: as read or merged.
        model: a frozen dataclass; fields without a default are required, unknown keys are errors. Its own refusals
            (EvoError or ValueError from `__post_init__`) get the position of the mapping, or of the key with which
            their message begins ("size: expected ...").
        loc: where in the document the mapping stands.
        recorded: it is a run's resolved config, in which only what came later is missing; see `Before`.

    Raises:
        SpecError: the first key or value, in the order of the file, that does not fit.
    """
    walk = _Walk(document=document, model=model, hints=(), recorded=recorded)
    return cast("T", walk.section(model, tuple(loc)))


def complete(
    document: Document,
    model: type[T],
    loc: Sequence[str | int],
    *,
    given: Mapping[str, object],
    skipped: Sequence[str] = (),
    hints: Sequence[str] = (),
) -> T:
    """Validate a mapping, or a bare name, some of whose fields the caller gives instead of the file.

    Args:
        document: as in `validate`.
        model: as in `validate`.
        loc: as in `validate`.
        given: values of fields; the file may not set them.
        skipped: keys of the mapping that are not for this model.
        hints: names that someone else reads here, worth offering as nearest names.

    Raises:
        SpecError: as `validate`.
    """
    walk = _Walk(document=document, model=model, hints=tuple(hints))
    return cast("T", walk.build(model, tuple(loc), given=given, skipped=skipped))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """One pass over a document: where errors point, and which keys there are at all."""

    document: Document
    model: type
    hints: tuple[str, ...]
    recorded: bool = False

    def conform(self, kind: _Kind, loc: Loc) -> object:
        node = self.document.at(loc)
        value: JSON = node.value if node else None
        optional, kind = without_none(kind)
        if value is None and optional:
            return None
        arguments = get_args(kind)
        if kind in (Plain, object, Any):
            return value
        for mark in getattr(kind, "__metadata__", ()):
            if hasattr(mark, "from_document"):
                return cast("Placed", mark).from_document(self.document, loc)
        if hasattr(kind, "from_document"):
            return cast("Placed", kind).from_document(self.document, loc)
        if is_dataclass(kind):
            return self.section(cast("type", kind), loc)
        if get_origin(kind) is Mapping:
            return self.mapping(arguments[1], value, loc)
        if get_origin(kind) is tuple and arguments[-1] is Ellipsis:
            return self.sequence(arguments[0], value, loc)
        return self.scalar(kind, value, loc)

    def section(self, model: type, loc: Loc) -> object:
        node = self.document.at(loc)
        if node is not None and not isinstance(node.value, dict):
            keys = ", ".join(members(model))
            raise self.document.error(loc, f"expected a mapping of {keys}; got {shown(node.value)}")
        return self.build(model, loc, given={}, skipped=())

    def build(self, model: type, loc: Loc, *, given: Mapping[str, object], skipped: Sequence[str]) -> object:
        node = self.document.at(loc)
        known = members(model)
        values = dict(given)
        for name in node.children if node else ():
            if name in skipped:
                continue
            if name not in known or name in given:
                raise self.unknown(model, loc, str(name), given)
            values[str(name)] = self.conform(known[str(name)].kind, (*loc, name))
        for name, member in known.items():
            if member.required and name not in values:
                raise self.document.error((*loc, name), f"missing; expected {expected(member.kind)}")
            if self.recorded and member.before and name not in values:
                values[name] = member.before.value
        return self.made(model, loc, values)

    def made(self, model: type, loc: Loc, values: Mapping[str, object]) -> object:
        try:
            return model(**values)
        except (EvoError, ValueError) as error:
            if isinstance(error, SpecError) and error.path:
                raise
            key, colon, rest = str(error).partition(": ")
            if colon and key in values:
                raise self.document.error((*loc, key), rest) from error
            raise self.document.error(loc, str(error), at_key=True) from error

    def mapping(self, kind: _Kind, value: JSON, loc: Loc) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self.document.error(loc, f"expected a mapping; got {shown(value)}")
        return MappingProxyType({name: self.conform(kind, (*loc, name)) for name in value})

    def sequence(self, kind: _Kind, value: JSON, loc: Loc) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise self.document.error(loc, f"expected a list; got {shown(value)}")
        return tuple(self.conform(kind, (*loc, index)) for index in range(len(value)))

    def scalar(self, kind: _Kind, value: JSON, loc: Loc) -> object:
        try:
            return _adapter(kind).validate_json(json.dumps(value), strict=True)
        except ValidationError:
            pass
        hint = nearest(value, choices(kind)) if isinstance(value, str) else ""
        phrase = expected(kind)
        if phrase.startswith("a text") and isinstance(value, bool | int | float):
            hint = "; write it in quotes"
        raise self.document.error(loc, f"expected {phrase}; got {shown(value)}{hint}")

    def unknown(self, model: type, loc: Loc, name: str, given: Mapping[str, object]) -> SpecError:
        """Name the nearest key: among the siblings and what is below them, else anywhere in the file's model."""
        siblings = [key for key in (*members(model), *self.hints) if key not in given]
        near = siblings + [path for path in _paths(model) if "." in path]
        message = f"unknown key{_suggestion(name, near, _paths(self.model))}"
        if "did you mean" not in message:
            message += f"; expected {', '.join(siblings)}" if siblings else "; expected no keys here"
        return self.document.error((*loc, name), message, at_key=True)


@lru_cache(maxsize=256)
def members(model: type) -> Mapping[str, _Member]:
    """Return the keys that a dataclass takes from a file, in order: fields that do not compare are no content."""
    kinds = get_type_hints(model, localns=dict(_NAMES), include_extras=True)
    return MappingProxyType(
        {
            item.name: _Member(
                kind=kinds[item.name],
                required=item.default is MISSING and item.default_factory is MISSING,
                before=_before(kinds[item.name]),
            )
            for item in fields(model)
            if item.init and item.compare
        }
    )


def _before(kind: _Kind) -> Before | None:
    return next((mark for mark in getattr(kind, "__metadata__", ()) if isinstance(mark, Before)), None)


@lru_cache(maxsize=256)
def _adapter(kind: _Kind) -> TypeAdapter[object]:
    return TypeAdapter(kind)


@lru_cache(maxsize=256)
def _paths(model: type) -> tuple[str, ...]:
    """Return every key of a model and of the sections inside it, dotted."""
    found: list[str] = []
    for name, member in members(model).items():
        found.append(name)
        _, kind = without_none(member.kind)
        marks = getattr(kind, "__metadata__", ())
        found += [f"{name}.{key}" for mark in marks for key in getattr(mark, "keys", ())]
        if is_dataclass(kind) and not hasattr(kind, "from_document"):
            found += [f"{name}.{path}" for path in _paths(cast("type", kind))]
    return tuple(found)


def without_none(kind: _Kind) -> tuple[bool, _Kind]:
    """Take `X | None` apart into (True, X)."""
    if get_origin(kind) not in {Union, UnionType} or NoneType not in get_args(kind):
        return False, kind
    parts = [part for part in get_args(kind) if part is not NoneType]
    return True, parts[0] if len(parts) == 1 else Union[tuple(parts)]  # noqa: UP007 - made at run time


def _suggestion(name: str, near: Sequence[str], far: Sequence[str]) -> str:
    """Prefer a key of exactly this name elsewhere, then one it abbreviates or resembles near by, then anywhere."""
    same = (path for path in (*near, *far) if path.rpartition(".")[2] == name)
    longer = (path for path in near if len(name) >= SHORTEST and path.startswith(f"{name}_"))
    if path := next(same, None) or next(longer, None):
        return f"; did you mean {path}?"
    tails = {path.rpartition(".")[2]: path for path in reversed(far)}
    similar = get_close_matches(name, tails, n=1, cutoff=0.75)
    return nearest(name, near) or (f"; did you mean {tails[similar[0]]}?" if similar else "")
