"""A candidate's files, known by the hash of their content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.canonical import canonical, fingerprint
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Mapping


PROGRAM_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Program:
    """The files of a candidate, and nothing else: no score, no parent.

    Attributes:
        files: relative POSIX path -> text, normalised by `Program.of`.
        language: the language of the entry file.
    """

    files: Mapping[str, str]
    language: str = "python"

    @classmethod
    def of(cls, files: Mapping[str, str] | str, *, language: str = "python") -> Program:
        """Make a program from texts; a bare string is the single file `program.py`.

        Line ends become line feeds and every file ends in exactly one, so that texts that differ in nothing else meet
        in one program.

        Raises:
            EvoError: no file, an unsafe path, or more than 256 kB in all.
        """
        given = {"program.py": files} if isinstance(files, str) else files
        texts = {path: _normalised(text) for path, text in sorted(given.items())}
        size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts.values())
        if not texts or size > PROGRAM_MAX_BYTES:
            raise EvoError(
                f"program has {len(texts)} files, {size} bytes; "
                f"expected 1 file or more and at most {PROGRAM_MAX_BYTES} bytes"
            )
        for path in texts:
            if not _safe_path(path):
                msg = f"program file {path!r}: expected a relative path without '..', made of letters, digits and ._-/"
                raise EvoError(msg)
        return cls(files=MappingProxyType(texts), language=language)

    @cached_property
    def id(self) -> str:
        """The hash of the content: 32 hex digits."""
        return fingerprint(canonical([self.language, sorted(self.files.items())]))

    @property
    def text(self) -> str:
        """The text of the only file, or all files one after another under their names."""
        if len(self.files) == 1:
            return next(iter(self.files.values()))
        return "\n".join(f"# file: {path}\n{text}" for path, text in self.files.items())


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _safe_path(path: str) -> bool:
    parts = path.split("/")
    allowed = all(c.isascii() and (c.isalnum() or c in "._-") for part in parts for c in part)
    return allowed and all(part not in {"", ".", ".."} for part in parts)
