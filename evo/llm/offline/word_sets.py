"""Small sets of words that a brief names: `one`, `two` or `three`, side by side in a sentence."""

from __future__ import annotations

import re
from typing import TypeAlias

WordSet: TypeAlias = tuple[str, ...]

_WORD = re.compile(r"`([^`\n]{1,60})`")
_BETWEEN = re.compile(r"(?:\s*,\s*(?:and|or)?\s*|\s+(?:and|or)\s+)")
_MOST = 40


def word_sets(brief: str) -> tuple[WordSet, ...]:
    """Return the sets that a text names, in its order: words between backticks with nothing but commas between them.

    Words with line breaks, long ones and sets of more than 40 are left out; so is a set of one.
    """
    sets: list[list[str]] = []
    end: int | None = None
    # A fence is no sentence.
    for found in _WORD.finditer(re.sub(r"^```.*?^```", "", brief, flags=re.MULTILINE | re.DOTALL)):
        between = found.string[end : found.start()] if end is not None else None
        if between is not None and _BETWEEN.fullmatch(between):
            sets[-1].append(found[1])
        else:
            sets.append([found[1]])
        end = found.end()
    distinct = (tuple(dict.fromkeys(each)) for each in sets)
    return tuple(each for each in distinct if 1 < len(each) <= _MOST)
