"""What an answer says, as values: edits, and why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from evo.errors import EvoError

if TYPE_CHECKING:
    from evo.records import Outcome

Editable: TypeAlias = Literal["markers", "whole"]

SUMMARY_MAX_CHARS = 200
OPEN, MIDDLE, CLOSE = r"<{5,9} ?SEARCH", r"={7}", r">{5,9} ?REPLACE"
FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*([^`]*)")
PATH = re.compile(r"[A-Za-z0-9._/-]+")
BARE_PATH = re.compile(r"[A-Za-z0-9._/-]+\.[A-Za-z]\w{0,7}")
FILE_LINE = re.compile(
    rf"[#*\s]*(?:(?:file|path)[ \t]*:[*`\s]*({PATH.pattern})|[*`]*({BARE_PATH.pattern}))[*`:\s]*", re.IGNORECASE
)

_MARKER = re.compile(rf"(?:{OPEN}|{MIDDLE}|{CLOSE})[ \t]*")
_DECORATION = re.compile(
    r"(?:[#>*\s-]|\d+[.)]\s)*(?:(?:summary|reason|rationale|explanation)[ \t]*:)?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceEdit:
    """One SEARCH/REPLACE block.

    Attributes:
        path: the file, or None to look in all files.
        search: whole lines that occur once; "" only to begin a file that does not exist.
        replace: the lines in their place; "" deletes.
    """

    path: str | None = None
    search: str
    replace: str

    def __post_init__(self) -> None:
        """Bring both texts into whole lines.

        Raises:
            EvoError: a path with characters that no File line can say.
        """
        _check_path(self.path)
        object.__setattr__(self, "search", _whole_lines(self.search))
        object.__setattr__(self, "replace", _whole_lines(self.replace))


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteEdit:
    """A file in full.

    Attributes:
        path: the file, which may be new; None for the only file.
        text: whole lines, not all blank, and not a unified diff.
    """

    path: str | None = None
    text: str

    def __post_init__(self) -> None:
        """Bring the text into whole lines.

        Raises:
            EvoError: a text that cannot be a program, or a path with characters that no File line can say.
        """
        _check_path(self.path)
        object.__setattr__(self, "text", _whole_lines(self.text))
        if not self.text.strip() or is_unified_diff(self.text):
            raise EvoError("rewrite: expected the text of a program, came a blank text or a unified diff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to a program, as a model said it.

    Attributes:
        summary: one line, at most 200 characters, without decoration; may be "".
        blocks: all `Replace`, applied in order, or all `Rewrite`, each of another file.
    """

    summary: str = ""
    blocks: tuple[ReplaceEdit, ...] | tuple[RewriteEdit, ...]

    def __post_init__(self) -> None:
        """Bring the summary into one line.

        Raises:
            EvoError: no block, blocks of both kinds, or several rewrites that do not name one file each.
        """
        object.__setattr__(self, "summary", summarise(self.summary))
        rewrites = [block.path for block in self.blocks if isinstance(block, RewriteEdit)]
        named = len(rewrites) < 2 or (None not in rewrites and len(set(rewrites)) == len(rewrites))  # noqa: PLR2004
        if not self.blocks or len(rewrites) not in {0, len(self.blocks)} or not named:
            raise EvoError(f"edit: expected blocks of one kind, one rewrite for each file; came {self.blocks!r:.200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an answer brought no program: UNPARSABLE, NOT_APPLICABLE or FORBIDDEN_EDIT, with what was expected."""

    outcome: Outcome
    detail: str


def summarise(line: str) -> str:
    """Return a line of prose as a summary: without decoration and labels, one line; "" where it is none. Idempotent.

    Markers, fences and File lines are none, nor is a model's thinking.
    """
    before = None
    while line != before:
        before = line
        line = " ".join(line.replace("**", "").replace("\ufeff", "").split())
        line = _DECORATION.sub("", line, count=1)[:SUMMARY_MAX_CHARS].strip()
        if any(pattern.fullmatch(line) for pattern in (_MARKER, FENCE, FILE_LINE)) or line.startswith("<think>"):
            return ""
    return line


def is_unified_diff(text: str) -> bool:
    """Tell whether a text starts as `diff -u` writes it: models give these unasked, and they are no programs."""
    lines = text.lstrip("\n").split("\n", 2)
    return len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ")


def _whole_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if not lines or lines.endswith("\n") else lines + "\n"


def _check_path(path: str | None) -> None:
    if path is not None and not PATH.fullmatch(path):
        raise EvoError(f"path {path!r}: expected letters, digits and ._/- alone, as a File line can say them")
