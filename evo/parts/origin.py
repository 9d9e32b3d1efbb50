"""Where a part came from, and what tells one state of its code from another."""

from __future__ import annotations

import sys
from dataclasses import dataclass
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


def origin_of_file(file: Path, module: str, source: Source) -> Origin:
    """Return where a class came from that is only read, never imported.

    Args:
        file: where it is defined.
        module: its module's name, where that is how it is imported elsewhere; "" for a file by itself.
        source: how it was found.
    """
    if not module:
        return Origin(source=source, name=file.name, digest=_digest_of((str(file),)))
    deep = module.count(".") + (file.name == "__init__.py")
    package = file.parents[deep] / module.partition(".")[0]
    top = package if package.is_dir() else file
    name, version = _distribution_of(module.partition(".")[0]) if source == "installed" else ("", "")
    return Origin(source=source, name=name or module.partition(".")[0], version=version, digest=_digest_of((str(top),)))


def _distribution_of(top: str) -> tuple[str, str]:
    """Return name and version of the distribution that a top-level module came with; "" where none is known."""
    from importlib.metadata import packages_distributions, version  # noqa: PLC0415 - few runs need it

    names = packages_distributions().get(top, [])
    return (names[0], version(names[0])) if names else ("", "")


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
