"""Where the lines of a SEARCH text stand in a program: as they are, and as models remember them.

The ways of looking are tried in order, the strictest first, and the first one that finds anything decides. Every one
of them looks for all lines, in their order; what differs is which blanks and comments have to be the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from evo.edits.elision import is_dots, is_elision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST = 9
"""Places that are told apart; whatever is there oftener is nowhere."""

_LOOKED_AT = 64
_COMPARED, _TRIED = 4000, 4
_COMMENT = re.compile(r"(?<=\S)[ \t]+(?:#|//).*$")
_TOKEN = re.compile(r"[\w.]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a file, and what comes in its place.

    Attributes:
        first, last: line indices, `last` excluded.
        lines: the replacement, indented as the file is; None where its indentation cannot be told.
    """

    first: int
    last: int
    lines: list[str] | None


def find_places(lines: list[str], wanted: list[str], given: list[str]) -> list[Stretch]:
    """Return where lines stand in a file, at most `MOST` places; the strictest way that finds any decides.

    Args:
        lines: of the file.
        wanted: to be found, not all blank.
        given: what is to come in their place.
    """
    for way in (_exact, _trailing, _indented, _reindented, _first_line, _within_lines, _commented, _with_gaps):
        if found := _some(way(lines, wanted, given)):
            return found
    return []


def find_sure(lines: list[str], wanted: list[str], given: list[str]) -> list[Stretch]:
    """Return where lines stand in a file, as they are or in another indentation."""
    for way in (_exact, _trailing, _indented):
        if found := _some(way(lines, wanted, given)):
            return found
    return []


def nearest(lines: list[str], wanted: list[str]) -> tuple[int, int] | None:
    """Return the stretch of a file in which most of the wanted lines stand in their places, None if none does."""
    where: dict[str, list[int]] = {}
    for index, line in enumerate(wanted):
        if _words(line):
            where.setdefault(line.strip(), []).append(index)
    votes: dict[int, int] = {}
    for index, line in enumerate(lines):
        for offset in where.get(line.strip(), ())[:4]:
            votes[index - offset] = votes.get(index - offset, 0) + 1
    if not votes:
        return _alike(lines, wanted)
    start = min(votes, key=lambda start: (-votes[start], start))
    return max(0, start), min(len(lines), max(start + len(wanted), 1))


def _alike(lines: list[str], wanted: list[str]) -> tuple[int, int] | None:
    """Return the line that has most words in common with any of the first wanted ones."""
    known = [(k, words) for k, line in enumerate(lines[:_COMPARED]) if (words := _words(line))]
    for line in [line for line in wanted[:_LOOKED_AT] if _words(line)][:_TRIED]:
        words = _words(line)
        shares = ((len(words & found) / len(words | found), -k) for k, found in known)
        share, place = max(shares, default=(0.0, 0))
        if share >= 0.5:  # noqa: PLR2004 - at least half of all words are in both
            return -place, -place + 1
    return None


def _words(line: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", line[:400]))


def _some(places: Iterator[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for place in places:
        found.append(place)
        if len(found) == MOST:
            break
    return found


def _exact(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """As they stand."""
    for start in _starts(lines, wanted, lambda line: line):
        yield Stretch(start, start + len(wanted), given)


def _trailing(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """With other blanks at the ends of lines."""
    for start in _starts(lines, wanted, str.rstrip):
        yield Stretch(start, start + len(wanted), given)


def _indented(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """With another indentation that all lines have in common; the replacement gets it too."""
    was, bare = _dedented(wanted)
    for start in _starts(lines, wanted, str.strip):
        now, found = _dedented(lines[start : start + len(wanted)])
        if found == bare:
            yield Stretch(start, start + len(wanted), _shifted(given, was, now))


def _reindented(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """With other steps of indentation, tabs for blanks for example; each step of the replacement has to be known."""
    for start in _starts(lines, wanted, str.strip):
        steps: dict[str, str] = {}
        pairs = [(_indent(a), _indent(b)) for a, b in zip(wanted, lines[start:], strict=False) if a.strip()]
        if len(pairs) > 1 and all(steps.setdefault(was, now) == now for was, now in pairs):
            known = all(_indent(line) in steps for line in given if line.strip())
            put = [steps[_indent(line)] + line.lstrip() if line.strip() else line for line in given] if known else None
            yield Stretch(start, start + len(wanted), put)


def _first_line(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """With other blanks before the first line alone, as whoever copies from the middle of it leaves out."""
    for start in _starts(lines, wanted, str.strip):
        found = lines[start : start + len(wanted)]
        if all(a.rstrip() == b.rstrip() for a, b in zip(wanted[1:], found[1:], strict=True)):
            put = given
            if given and _indent(given[0]) == _indent(wanted[0]):
                put = [_indent(found[0]) + given[0].lstrip(), *given[1:]]
            yield Stretch(start, start + len(wanted), put)


def _within_lines(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """As whole words from the middle of a line on, or up to the middle of one; the rest of these lines stays."""
    needle, text = "\n".join(wanted).strip(), "\n".join(lines)
    if not needle:
        return
    put, end = "\n".join(given), 0
    if given and _indent(given[0]) == _indent(wanted[0]):
        put = put.lstrip(" \t")
    for _ in range(_LOOKED_AT):
        start = text.find(needle, end)
        if start < 0:
            return
        end = start + len(needle)
        if not _cuts(text, start) and not _cuts(text, end):
            first, last = text.count("\n", 0, start), text.count("\n", 0, end)
            head = text[text.rfind("\n", 0, start) + 1 : start]
            tail = text[end:].partition("\n")[0] if end < len(text) else ""
            yield Stretch(
                first, last + 1, f"{head}{put.rstrip()}{tail}".split("\n") if given or (head + tail).strip() else []
            )


def _cuts(text: str, index: int) -> bool:
    """Tell whether an offset lies within a word, a number or a dotted name."""
    return 0 < index < len(text) and bool(_TOKEN.match(text[index - 1]) and _TOKEN.match(text[index]))


def _commented(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """With other comments at the ends of lines; lines that the replacement leaves as they were keep theirs."""
    for start in _starts(lines, wanted, _code):
        found = lines[start : start + len(wanted)]
        kept = {line.rstrip(): now for line, now in zip(wanted, found, strict=True)}
        yield Stretch(start, start + len(wanted), [kept.get(line.rstrip(), line) for line in given])


def _code(line: str) -> str:
    return _COMMENT.sub("", line[:2000]).rstrip() + line[2000:]


def _with_gaps(lines: list[str], wanted: list[str], given: list[str]) -> Iterator[Stretch]:
    """With lines that stand for others; the replacement has as many, and they stand for the same."""
    pieces, gaps = _pieces(wanted), [k for k, line in enumerate(given) if is_dots(line) or is_elision(line)]
    if not 1 < len(pieces) <= MOST or len(gaps) != len(pieces) - 1 or not all(pieces):
        return
    spans: list[tuple[int, int]] = []
    for piece in pieces:
        found = _some(_trailing(lines, piece, piece))
        if len(found) != 1 or (spans and found[0].first < spans[-1][1]):
            return
        spans.append((found[0].first, found[0].last))
    put: list[str] = []
    index = 0
    for gap, (above, below) in zip(gaps, pairwise(spans), strict=True):
        put += [*given[index:gap], *lines[above[1] : below[0]]]
        index = gap + 1
    yield Stretch(spans[0][0], spans[-1][1], put + given[index:])


def _pieces(wanted: list[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for line in wanted:
        if is_dots(line) or is_elision(line):
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _starts(lines: list[str], wanted: list[str], key: Callable[[str], str]) -> Iterator[int]:
    """Yield where the keys of lines are those of the wanted ones, in linear time: each line becomes one character."""
    ids: dict[str, str] = {}
    needle = "".join(ids.setdefault(key(line), chr(len(ids) + 1)) for line in wanted)
    text = "".join(ids.get(key(line), "\0") for line in lines)
    start = text.find(needle)
    for _ in range(_LOOKED_AT):
        if start < 0:
            return
        yield start
        start = text.find(needle, start + 1)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _dedented(lines: Sequence[str]) -> tuple[str, list[str]]:
    indents = [_indent(line) for line in lines if line.strip()]
    # What the first and the last in order have in common, all have in common.
    low, high = min(indents, default=""), max(indents, default="")
    indent = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))
    return indent, [line.rstrip()[len(indent) :] for line in lines]


def _shifted(lines: list[str], was: str, now: str) -> list[str] | None:
    """Give lines another indentation; None where one of them does not have the old one."""
    if was == now:
        return lines
    if any(line.strip() and not line.startswith(was) for line in lines):
        return None
    return [now + line[len(was) :] if line.strip() else line for line in lines]
