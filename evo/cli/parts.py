"""`evo parts`: what can stand at each plug point of a config, with options, defaults and where it comes from."""

from __future__ import annotations

import dataclasses
import inspect
import re
from dataclasses import MISSING
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import EvoError, NotFoundError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Plain data, as `--json` has it.
_Data = Any


class _Kind(Protocol):
    name: str
    protocol: str
    contract: str
    shipped: Mapping[str, str]


class _Registry(Protocol):
    KINDS: Mapping[str, _Kind]

    def find(self, kind: str, use: str, *, beside: Path | None) -> Any: ...  # noqa: ANN401 - a class and its origin


def _complete_kind(incomplete: str) -> list[str]:
    return completion.keep_beginning(load_registry().KINDS, incomplete)


def _complete_name(context: typer.Context, incomplete: str) -> list[str]:
    kind = load_registry().KINDS.get(str(context.params.get("kind")))
    return completion.keep_beginning(list_names(kind) if kind else (), incomplete)


def parts(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[KIND]",
            help="One plug point: selector, emitter, llm...",
            show_default=False,
            autocompletion=_complete_kind,
        ),
    ] = "",
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]",
            help="One part, in full; also module:Class or path.py:Class.",
            show_default=False,
            autocompletion=_complete_name,
        ),
    ] = "",
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """List what a config can name: selectors, emitters, models and so on, with their options.

    A part of your own is named as module:Class or path.py:Class, or by the entry point that installs it.
    """
    from evo.cli.streams import emit
    from evo.render import console
    from evo.render.parts import catalogue, page

    del runs_dir  # every verb takes it
    registry = load_registry()
    if name:
        data = _describe_part(registry, _choose_kind(registry, kind), name)
        emit(data) if as_json else console.show(page(data))
        return
    chosen = [_choose_kind(registry, kind)] if kind else list(registry.KINDS.values())
    rows = [_describe_kind(registry, each) for each in chosen]
    emit(rows) if as_json else console.show(catalogue(rows))


def load_registry() -> _Registry:
    """Return the registry of parts."""
    return cast("_Registry", import_module("evo.parts"))


def _choose_kind(registry: _Registry, name: str) -> _Kind:
    if name not in registry.KINDS:
        there = ", ".join(registry.KINDS)
        raise NotFoundError(f"{name}: no such kind of part{nearest(name, registry.KINDS)}; there are {there}")
    return registry.KINDS[name]


def _describe_kind(registry: _Registry, kind: _Kind) -> _Data:
    """Return a kind with all of its parts; one that cannot be loaded is named with the reason."""
    rows: list[_Data] = []
    for name in list_names(kind):
        try:
            rows.append(_describe_part(registry, kind, name))
        except EvoError as error:
            rows.append({"kind": kind.name, "name": name, "error": str(error)})
    return {"kind": kind.name, "protocol": kind.protocol, "contract": kind.contract, "parts": rows}


def list_names(kind: _Kind) -> list[str]:
    """Return the names that a kind has: those that ship, then those of installed distributions."""
    installed = sorted(each.name for each in entry_points(group=f"evo.{kind.name}s"))
    return [*kind.shipped, *(name for name in installed if name not in kind.shipped)]


def _describe_part(registry: _Registry, kind: _Kind, name: str) -> _Data:
    found = registry.find(kind.name, name, beside=Path.cwd())
    text = inspect.getdoc(found.cls) or ""
    origin = found.origin
    return {
        "kind": kind.name,
        "name": name,
        "summary": " ".join(text.partition("\n\n")[0].split()),
        "class": f"{found.cls.__module__}:{found.cls.__qualname__}",
        "options": list(_describe_options(found.cls, text)),
        "origin": {
            "kind": str(origin.kind),
            "distribution": origin.distribution,
            "version": origin.version,
            "path": None if origin.path is None else str(origin.path),
            "digest": origin.digest,
        },
        "contract": kind.contract,
    }


def _describe_options(cls: type, text: str) -> Iterator[_Data]:
    """Yield the fields of a part that a config may set, with what its docstring says about them."""
    meanings = read_attributes(text)
    for field in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
        if not field.init:
            continue
        given = field.default_factory() if field.default_factory is not MISSING else field.default
        needed = given is MISSING
        yield {
            "name": field.name,
            "type": field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type)),
            "required": needed,
            "default": None if needed else _make_plain(given),
            "meaning": meanings.get(field.name, ""),
        }


def _make_plain(value: object) -> _Data:
    """Return a default as JSON has it; what JSON has no form for as Python writes it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [_make_plain(each) for each in cast("Sequence[object]", value)]
        case dict():
            return {str(key): _make_plain(each) for key, each in cast("Mapping[object, object]", value).items()}
        case _:
            return repr(value)


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
