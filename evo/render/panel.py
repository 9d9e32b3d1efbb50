"""What stands at the bottom of a terminal while a run lives: sections that share the lines that there are.

Every section gets its first line before any gets a second one, in the order of their weight. So a low terminal tells
less of each and nothing that is wrong, and a high one tells all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

LABEL = 10
"""Columns of a label, where there is room for labels of their own."""
_ROOM_FOR_LABELS = 50
_MOST_LINES = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the panel.

    Attributes:
        label: what it is about.
        text: all of it; lines are broken where they have to be.
        weight: of two sections the lighter one is shown first.
        most: lines, at most.
        style: of the text.
    """

    label: str
    text: str
    weight: int
    most: int = 3
    style: str = ""


def lay_out(sections: Sequence[Section], console: Console) -> list[Text]:
    """Return the lines of a panel for the terminal as it is now: at most half of it, and no line wider than it."""
    width, height = console.size
    shown = [(each, _lines(each, console, width)) for each in sections if each.text]
    left = max(1, min(height // 2 - 1, _MOST_LINES))
    granted = dict.fromkeys(range(len(shown)), 0)
    by_weight = sorted(granted, key=lambda number: shown[number][0].weight)
    for _ in range(left):
        for number in by_weight:
            section, lines = shown[number]
            if left and granted[number] < min(len(lines), section.most):
                granted[number] += 1
                left -= 1
    return [line for number, (_, lines) in enumerate(shown) for line in _cut(lines, granted[number], width)]


def hang(text: Text, head: Text, indent: int, console: Console, width: int) -> list[Text]:
    """Return a text in lines behind a head, the further ones indented; cells are counted, not characters."""
    room = max(8, width - indent)
    lines = list(text.wrap(console, room, no_wrap=False)) or [Text()]
    first, *rest = lines
    first.rstrip()
    return [head + first, *(Text(" " * indent) + each for each in rest)]


def _lines(section: Section, console: Console, width: int) -> list[Text]:
    text = Text(section.text, style=section.style)
    if width < _ROOM_FOR_LABELS:
        head = Text(f"{section.label} " if section.label else "", style="dim")
        return hang(head + text, Text(), 0, console, width)
    return hang(text, Text(f"{section.label:<{LABEL}}", style="dim"), LABEL, console, width)


def _cut(lines: Sequence[Text], count: int, width: int) -> Sequence[Text]:
    """Return the first lines; the last of them says where more would follow."""
    if count >= len(lines) or not count:
        return lines[:count]
    last = lines[count - 1].copy()
    last.rstrip()
    last.truncate(width - 2)
    return [*lines[: count - 1], last + Text(" …", style="dim")]
