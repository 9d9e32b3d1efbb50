"""Code blocks that show a part of a program alone: told from whole ones, and put into the program where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.edits.source import PYTHON, defines, outline

if TYPE_CHECKING:
    from evo.edits.source import Outline, Statement

_SHOWN_NAMES = 4


def leaves_out(text: str, base: str, entry: str, language: str) -> str:
    """Say what a text lacks to be the whole file, "" if nothing does.

    Args:
        text: of an answer, for a file.
        base: the file as it was.
        entry: the name that is called; "" where that is not known.
        language: of both.
    """
    if entry and defines(base, entry, language) and not defines(text, entry, language):
        return f"it does not define {entry}, which is what is called"
    after, before = (outline(each) if language == PYTHON else None for each in (text, base))
    if after is None or before is None or before.names <= after.names:
        return ""
    lacking = sorted(after.missing & before.names)
    if not lacking:
        return ""
    return f"it uses {', '.join(lacking[:_SHOWN_NAMES])} and does not define what the program does define so"


def spliced(text: str, base: str, language: str) -> str | None:
    """Return a file in which the functions, classes and constants of a text stand in place of those of the same names.

    Returns:
        The whole file, or None where it is not certain which parts are meant: there is no function or class that the
        file has, or something that is done rather than defined.
    """
    if language != PYTHON:
        return None
    after, before = outline(text), outline(base)
    if after is None or before is None:
        return None
    replaced: dict[int, Statement] = {}
    new: list[Statement] = []
    for statement in after.statements:
        if statement.kind not in {"def", "class", "assign", "import"}:
            return None
        places = [k for k, each in enumerate(before.statements) if each.names & statement.names]
        if statement.kind == "import":
            if not statement.names <= before.names:
                new.append(statement)
        elif not places:
            new.append(statement)
        elif len(places) > 1 or places[0] in replaced or before.statements[places[0]].names != statement.names:
            return None
        else:
            replaced[places[0]] = statement
    if not any(statement.kind in {"def", "class"} for statement in replaced.values()):
        return None
    return _joined(after, before, replaced, new)


def _joined(after: Outline, before: Outline, replaced: dict[int, Statement], new: list[Statement]) -> str:
    """Put new statements before the first that is replaced, and new imports after those that are there."""
    top = next((k for k, each in enumerate(before.statements) if each.kind not in {"import", "text"}), 0)
    out: list[str] = []
    end = 0
    for k, statement in enumerate(before.statements):
        out += before.lines[end : statement.first]
        if k == top:
            for each in (each for each in new if each.kind == "import"):
                out += after.lines[each.first : each.last]
        if k == min(replaced):
            for each in (each for each in new if each.kind != "import"):
                out += [*after.lines[each.first : each.last], *([""] * (2 if each.kind in {"def", "class"} else 1))]
        put = replaced.get(k)
        out += after.lines[put.first : put.last] if put else before.lines[statement.first : statement.last]
        end = statement.last
    return "\n".join(out + before.lines[end:])
