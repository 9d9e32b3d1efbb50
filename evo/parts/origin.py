"""Where a part came from, and what tells one state of its code from another."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from evo.canonical import fingerprint

Source: TypeAlias = Literal["shipped", "installed", "module", "file", "live"]
_SOURCES_MAX = 4096
"""Files of one package that are looked at, at most, for what tells one state of it from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a part came from.

    Attributes:
        source: it ships, an installed package brings it, a module or a file has it, or it was handed over in Python.
        name: the distribution, the module or the file; "" for what ships.
        version: of the distribution; "" where there is none.
        digest: of the file, or of all files of its package: another text is another part. "" for what ships.
    """

    source: Source
    name: str = ""
    version: str = ""
    digest: str = ""

    @property
    def words(self) -> str:
        """How people are told of it."""
        named = f"{self.name} {self.version}".strip()
        return self.source if not named else f"{self.source}: {named}"


SHIPPED = Origin(source="shipped")


def origin_of(cls: type, source: Source) -> Origin:
    """Return where a class came from that was found in this way."""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    top = cls.__module__.partition(".")[0]
    package = sys.modules.get(top)
    root = getattr(package, "__path__", None)
    # A live part of a package rests on all of it, as one that is named does.
    if source in {"installed", "module", "live"} and root:
        return Origin(source=source, name=top, digest=_digest_of(tuple(str(place) for place in root)))
    name = Path(file).name if file else cls.__module__
    return Origin(source=source, name=name, digest=_digest_of((str(file),)) if file else "")


def origin_of_file(file: Path) -> Origin:
    """Return where the parts of a file come from."""
    return Origin(source="file", name=file.name, digest=_digest_of((str(file),)))


def origin_of_module(module: str, source: Source) -> Origin:
    """Return where the parts of a module come from; nothing is imported."""
    top = module.partition(".")[0]
    spec = find_spec(top)
    if spec is None:
        return Origin(source=source, name=top)
    roots = spec.submodule_search_locations
    if roots is None:
        return Origin(source=source, name=Path(spec.origin or top).name, digest=_digest_of((str(spec.origin),)))
    return Origin(source=source, name=top, digest=_digest_of(tuple(roots)))


def _digest_of(roots: tuple[str, ...]) -> str:
    """Return the hash of a file, or of all sources and templates of a package."""
    parts: list[str] = []
    for root in (Path(each) for each in roots):
        files = [root] if root.is_file() else sorted(each for each in root.rglob("*") if each.suffix in {".py", ".j2"})
        for file in files[:_SOURCES_MAX]:
            parts += [file.relative_to(root).as_posix() if file != root else file.name, _text_of(file)]
    return fingerprint("\x1f".join(parts))


def _text_of(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape")
