"""The lines that set SEARCH/REPLACE blocks apart from everything else, as they should be written and as they are.

Models know several dialects of such blocks: merge conflicts, editors of their own. What they write is read as a marker
wherever no line of a program looks like it.
"""

from __future__ import annotations

import re

_LONGEST = 200
"""A longer line is no marker; it bounds what a line made to be looked at for long can cost."""

_LABEL = r"[ \t:=*`-]{0,12}(?P<label>[\w./-][\w./ -]{0,60})?[ \t:=*`<>]*"
_OPEN = re.compile(rf"[ \t]*(?:<{{5,12}}{_LABEL}|[-<]{{3,12}}[ \t:-]*SEARCH\b[ \t:<-]*|<search>[ \t]*)", re.IGNORECASE)
_CLOSE = re.compile(
    rf"[ \t]*(?:>{{5,12}}{_LABEL}|[+>-]{{3,12}}[ \t:-]*REPLACE\b[ \t:>+-]*|</replace>[ \t]*)", re.IGNORECASE
)
_MIDDLE = re.compile(r"={7}[ \t]*")
_MIDDLES = (
    _MIDDLE,
    re.compile(r"[ \t]*={7}[ \t:]*|[ \t]*<replace>[ \t]*", re.IGNORECASE),
    re.compile(r"[ \t]*={4,12}[ \t:]*"),
)
_BASE = re.compile(r"[ \t]*\|{5,9}(?:[ \t].*)?")
_SEARCH_ENDS = re.compile(r"[ \t]*</search>[ \t]*", re.IGNORECASE)
_MAYBE = re.compile(r"[<>=+-]{3}|</?(?:search|replace)>", re.IGNORECASE)
"""What every marker has in it: most texts have none, and are spared a look at each of their lines."""


def opens(line: str) -> bool:
    """Tell whether a block begins with a line."""
    return _fits(_OPEN, line)


def closes(line: str) -> bool:
    """Tell whether a block ends with a line."""
    return _fits(_CLOSE, line)


def label_of(line: str) -> str:
    """Return what an opening marker says beside its name: "program.py" of "<<<<<<< SEARCH program.py"."""
    found = _OPEN.fullmatch(line)
    return (found["label"] or "").strip() if found else ""


def middles(lines: list[str], start: int, end: int) -> list[int]:
    """Return where SEARCH may end and REPLACE begin: the lines of the surest kind that there is, none if there is none.

    Args:
        lines: an answer.
        start: the first line after the opening marker.
        end: the closing marker.
    """
    for kind in _MIDDLES:
        found = [index for index in range(start, end) if _fits(kind, lines[index])]
        if found:
            return found
    return []


def is_middle(line: str) -> bool:
    """Tell whether a line is the middle marker as it should be written."""
    return _fits(_MIDDLE, line)


def splits_conflict(line: str) -> bool:
    """Tell whether a line begins the third version of a merge conflict."""
    return _fits(_BASE, line)


def ends_search(line: str) -> bool:
    """Tell whether a line closes SEARCH where it is written as a tag."""
    return _fits(_SEARCH_ENDS, line)


def is_marker(line: str) -> bool:
    """Tell whether a line would be read as a marker, but for those that only count in some blocks."""
    return opens(line) or closes(line) or is_middle(line)


def escape(text: str) -> str:
    """Return a program's text with a backslash before every line that would be read as a marker."""
    if not _MAYBE.search(text):
        return text
    return "\n".join(f"\\{line}" if is_marker(line.lstrip("\\")) else line for line in text.split("\n"))


def unescape(text: str) -> str:
    """Take one backslash away from every line that has them before what would be a marker."""
    if "\\" not in text or not _MAYBE.search(text):
        return text
    return "\n".join(
        line[1:] if line.startswith("\\") and is_marker(line.lstrip("\\")) else line for line in text.split("\n")
    )


def _fits(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= _LONGEST and pattern.fullmatch(line) is not None
