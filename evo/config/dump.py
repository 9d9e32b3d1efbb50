"""Values back into declared form: plain data, and YAML that reads back as the same data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, cast

import yaml

from evo.config.component import Component
from evo.config.dialect import resolved
from evo.errors import EvoError

if TYPE_CHECKING:
    from evo.canonical import JSON


def plain(value: object) -> JSON:
    """Return the plain data that a file would hold for `value`.

    Fields that are None or do not compare are left out: every optional field has None as its default.

    Raises:
        EvoError: a value that no file can hold.
    """
    match value:
        case Component():
            return {"use": value.use, **{name: plain(option) for name, option in value.options.items()}}
        case Enum():
            return plain(value.value)
        case float() if not math.isfinite(value):
            raise EvoError(f"{value} cannot be written to a declared file; expected a finite number")
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            items = cast("Mapping[str, object]", value)
            return {str(name): plain(item) for name, item in items.items()}
        case tuple() | list():
            return [plain(item) for item in cast("tuple[object, ...]", value)]
        case frozenset():
            return [plain(item) for item in sorted(cast("frozenset[str]", value))]
        case _ if is_dataclass(value):
            there = {item.name: getattr(value, item.name) for item in fields(value) if item.compare}
            return {name: plain(item) for name, item in there.items() if item is not None}
        case _:
            raise EvoError(f"{type(value).__name__} cannot be written to a declared file")


def to_text(value: JSON) -> str:
    """Write plain data as YAML of our dialect, in ASCII: block style, keys in the order given."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=1000)


class _Dumper(yaml.SafeDumper):
    """Quotes every text that our dialect would read as something else; never writes anchors."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    del dumper
    style = None if _reads_as_text(text) and text.isprintable() else '"'
    return yaml.ScalarNode(tag="tag:yaml.org,2002:str", value=text, style=style)


def _reads_as_text(text: str) -> bool:
    try:
        return isinstance(resolved(text), str)
    except ValueError:
        return False


_Dumper.add_representer(str, _text)
