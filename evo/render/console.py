"""Where drawings go: a terminal with colours and a width, or a pipe with neither."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

if TYPE_CHECKING:
    from rich.console import RenderableType

PIPE_WIDTH = 4096
"""Columns when nobody looks: nothing wraps and nothing is cut, one record stays one line."""


def console(stream: TextIO | None = None) -> Console:
    """Return a console on a stream (stdout by default).

    Colour only on a terminal, and not where NO_COLOR is set. Texts are never read as markup: they may come from
    candidates.
    """
    target = stream or sys.stdout
    width = None if target.isatty() else PIPE_WIDTH
    return Console(file=target, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


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
    sheet.print(drawing)
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())
