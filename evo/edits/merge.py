"""Two changes of the same lines made into one, where neither touches what the other does."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TypeAlias

Change: TypeAlias = "tuple[int, int, list[str]]"
"""(first, last, lines): the lines from `first` up to `last` became these."""

_MOST_LINES = 400
"""Comparing takes quadratic time and worse."""


def merge_lines(base: list[str], ours: list[str], theirs: list[str]) -> list[str] | None:
    """Return lines with both changes made to them, None where these meet in one place and differ."""
    if ours == theirs:
        return ours
    if max(len(base), len(ours), len(theirs)) > _MOST_LINES:
        return None
    changes = sorted(
        [(*change, 0) for change in _changes(base, ours)] + [(*change, 1) for change in _changes(base, theirs)]
    )
    merged: list[str] = []
    done, last = 0, (-1, -1, [""], -1)
    for change in changes:
        first, end, lines, side = change
        if change[:3] == last[:3]:
            continue
        # Two that only touch are told apart by the line between them; at one line, their order is not known.
        if last[3] not in {-1, side} and (first < done or (first == last[0])):
            return None
        merged += [*base[done:first], *lines]
        done, last = end, change
    return merged + base[done:]


def _changes(base: list[str], other: list[str]) -> list[Change]:
    codes = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [(a, b, other[c:d]) for tag, a, b, c, d in codes if tag != "equal"]
