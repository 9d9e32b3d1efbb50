"""`evo parts`: what can stand at each plug point of a config, with options, defaults and where it comes from."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import MISSING
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import EvoError, NotFoundError, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Plain data, as `--json` has it.
_Data = Any


def _complete_kind(incomplete: str) -> list[str]:
    from evo.parts import KINDS

    return completion.keep_beginning(KINDS, incomplete)


def _complete_name(context: typer.Context, incomplete: str) -> list[str]:
    from evo.parts import KINDS, names_of

    kind = str(context.params.get("kind"))
    return completion.keep_beginning([name for name, _ in names_of(kind)] if kind in KINDS else (), incomplete)


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
    from evo.parts import KINDS
    from evo.render import console
    from evo.render.parts import catalogue, page

    del runs_dir  # every verb takes it
    if name:
        data = _describe_part(kind, name)
        emit(data) if as_json else console.show(page(data))
        return
    if kind and kind not in KINDS:
        raise NotFoundError(f"{kind}: no such kind of part{nearest(kind, KINDS)}; there are {', '.join(KINDS)}")
    rows = [_describe_kind(each) for each in ([kind] if kind else KINDS)]
    emit(rows) if as_json else console.show(catalogue(rows))


def _describe_kind(kind: str) -> _Data:
    """Return a kind with all of its parts; one that cannot be loaded is named with the reason."""
    from evo.parts import KINDS, names_of

    rows: list[_Data] = []
    for name, _ in names_of(kind):
        try:
            rows.append(_describe_part(kind, name))
        except EvoError as error:
            rows.append({"kind": kind, "name": name, "error": str(error)})
    known = KINDS[kind]
    return {
        "kind": kind,
        "place": known.place,
        "protocol": known.protocol,
        "contract": known.contract,
        "group": known.groups[0],
        "parts": rows,
    }


def _describe_part(kind: str, name: str) -> _Data:
    from evo.parts import KINDS, look_up

    try:
        found = look_up(kind, name)
    except SpecError as error:
        # Nobody has written it in a file: it is a name that leads nowhere.
        raise NotFoundError(str(error).removeprefix("use: ")) from error
    text, origin = inspect.getdoc(found.cls) or "", found.origin
    return {
        "kind": kind,
        "name": name,
        "summary": " ".join(text.partition("\n\n")[0].split()),
        "class": f"{found.cls.__module__}:{found.cls.__qualname__}",
        "options": [each for each in _describe_options(found.cls, text) if each["name"] not in KINDS[kind].given],
        "origin": {
            "source": origin.source,
            "name": origin.name,
            "version": origin.version,
            "digest": origin.digest,
        },
        "contract": KINDS[kind].contract,
    }


def _describe_options(cls: type, text: str) -> Iterator[_Data]:
    """Yield the fields of a part that a config may set, with what its docstring says about them."""
    from evo.config.keys import read_attributes

    meanings = read_attributes(text)
    for field in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
        if not (field.init and field.compare):
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
    """Return a default as a config has it; what a config has no form for as Python writes it."""
    from evo.config.dump import plain

    try:
        return plain(value)
    except EvoError:
        return repr(value)
