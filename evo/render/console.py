"""Where drawings go: a terminal with colours and a width, or a pipe with neither.

Whatever is drawn is cleaned here, once for all: names and words come from configs, models and candidates, and none of
them may steer the terminal.
"""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, RenderHook
from rich.segment import Segment

from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import ConsoleOptions, ConsoleRenderable, RenderableType

_TURNS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that turn the direction of writing: what is read would not be what stands there."""

PIPE_WIDTH = 4096
"""Columns when nobody looks: nothing wraps and nothing is cut, one record stays one line."""


def console(stream: TextIO | None = None) -> Console:
    """Return a console on a stream (stdout by default).

    Colour only on a terminal, and not where NO_COLOR is set. Texts are never read as markup: they may come from
    candidates.
    """
    target = stream or sys.stdout
    width = None if target.isatty() else PIPE_WIDTH
    return _cleaning(Console(file=target, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False))


class _Cleaner(RenderHook):
    """Takes out of all that is drawn what is no text; what comes from the console itself is added later, and stays."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Cleaned(each) for each in renderables]


class _Cleaned:
    def __init__(self, drawing: ConsoleRenderable) -> None:
        self._drawing = drawing

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._drawing, options):
            yield segment if segment.control else Segment(sanitise(segment.text).translate(_TURNS), segment.style)


def _cleaning(found: Console) -> Console:
    found.push_render_hook(_Cleaner())
    return found


def show(drawing: RenderableType, stream: TextIO | None = None) -> None:
    """Write a drawing; in a pipe as plain lines without trailing spaces."""
    target = stream or sys.stdout
    if target.isatty():
        console(target).print(drawing)
    else:
        target.write(plain(drawing))


def plain(drawing: RenderableType, width: int = PIPE_WIDTH) -> str:
    """Return a drawing as plain lines without colours and trailing spaces."""
    buffer = StringIO()
    sheet = Console(
        file=buffer, width=width, markup=False, highlight=False, emoji=False, color_system=None, force_terminal=False
    )
    _cleaning(sheet).print(drawing)
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())
