"""The parts that a config can name: all of a kind in a table, or one in full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from evo.render.tables import facts, listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

# Plain data, as `evo parts --json` has it.
_Data = Any


def catalogue(kinds: Sequence[Mapping[str, _Data]]) -> RenderableType:
    """Draw kinds with their parts, one line each."""
    rows = [
        [
            kind["kind"],
            Text(part["name"], style="bold cyan"),
            Text(", ".join(map(_say_option, part.get("options", ())))),
            _say_origin(part["origin"]) if "origin" in part else "",
            Text(part["summary"]) if "summary" in part else Text(part["error"], style="red"),
        ]
        for kind in kinds
        for part in kind["parts"]
    ]
    return listing(["kind", "name", "options", "from", ""], rows, wrap=["options", "from", ""])


def page(part: Mapping[str, _Data]) -> RenderableType:
    """Draw one part in full."""
    pairs: list[tuple[str, RenderableType]] = [
        (part["kind"], Text(part["name"], style="bold cyan")),
        ("", Text(part["summary"])),
        ("class", Text(part["class"])),
        ("from", Text(_say_origin(part["origin"]))),
        ("contract", Text(part["contract"])),
    ]
    if not part["options"]:
        return facts([*pairs, ("options", Text("none"))])
    return Group(
        facts(pairs), "", listing(["option", "type", "default", "meaning"], _list_options(part), wrap=["meaning"])
    )


def _list_options(part: Mapping[str, _Data]) -> Iterator[Sequence[str]]:
    for option in part["options"]:
        default = "needed" if option["required"] else json.dumps(option["default"])
        yield [option["name"], option["type"], default, option["meaning"]]


def _say_option(option: Mapping[str, _Data]) -> str:
    return option["name"] if option["required"] else f"{option['name']}={json.dumps(option['default'])}"


def _say_origin(origin: Mapping[str, _Data]) -> str:
    """Say where a part comes from: `shipped`, or `file mine.py (2f4e19aa)`, with the beginning of its hash."""
    named = " ".join(word for word in (origin["source"], origin["name"], origin["version"]) if word)
    return f"{named} ({origin['digest'][:8]})" if origin["digest"] else named
