"""How a program came to be, told from its seed on: each step with its reason and what it changed."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from evo.errors import DamagedError
from evo.render import changes
from evo.render.console import PIPE_WIDTH
from evo.render.lineage import STATUS_STYLES, cell
from evo.render.numbers import delta, objective, short
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions

    from evo.records import Program
    from evo.render.lineage import LineageStep
    from evo.store.reading.view import RunView

_CONTEXT = 1
_MOST_LINES = 24
_NARROWEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A step with what it changed.

    Attributes:
        number: of the step, the seed's is 0.
        diff: from the first parent; None for a seed.
    """

    number: int
    step: LineageStep
    diff: str | None


def chapters(view: RunView, line: Sequence[LineageStep]) -> list[Chapter]:
    """Return the steps of a line of first parents, from the seed on, with what each changed."""
    told: list[Chapter] = []
    before: Program | None = None
    for number, step in enumerate(line):
        program = _program(view, step.program)
        diff = changes.unified(before, program, _CONTEXT) if before else None
        told.append(Chapter(number=number, step=step, diff=diff))
        before = program
    return told


def step_diff(view: RunView, step: LineageStep) -> str | None:
    """Return what a step changed in its first parent; None for a seed."""
    if not step.parents:
        return None
    return changes.unified(_program(view, step.parents[0]), _program(view, step.program), _CONTEXT)


def _program(view: RunView, program_id: str) -> Program:
    program = view.program(program_id)
    if program is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    return program


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The chapters one below the other.

    A terminal gets the first lines of a long diff and the command that shows all of it; a pipe gets every line.

    Attributes:
        run: the id of the run, for the commands.
    """

    told: Sequence[Chapter]
    run: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Yield one line after another."""
        del console
        piped = options.max_width >= PIPE_WIDTH
        for chapter in self.told:
            yield Text()
            yield _cut(_heading(chapter), options)
            for words in _reasons(chapter.step):
                for part in textwrap.wrap(words, max(options.max_width - 4, _NARROWEST)):
                    yield Text(f"    {part}", style="italic")
            for line in self._changed(chapter, most=None if piped else _MOST_LINES):
                yield _cut(Text("    ") + line, options)

    def _changed(self, chapter: Chapter, most: int | None) -> Iterator[Text]:
        if chapter.diff is None:
            return
        if not chapter.diff:
            yield Text("(the same text)", style="dim")
            return
        lines = changes.coloured_lines(chapter.diff)
        cut = len(lines) if most is None or len(lines) <= most + 1 else most
        yield from lines[:cut]
        if cut < len(lines):
            command = f"evo diff {self.run}:{short(chapter.step.program)}"
            yield Text(f"... {len(lines) - cut} more lines: {command}", style="dim")


def _cut(line: Text, options: ConsoleOptions) -> Text:
    """Return a line that stays one; a pipe gets all of it, a terminal what fits."""
    line.no_wrap, line.overflow = True, "ellipsis"
    if options.max_width < PIPE_WIDTH:
        line.truncate(options.max_width, overflow="ellipsis")
    return line


def _heading(chapter: Chapter) -> Text:
    step = chapter.step
    place = "all islands" if step.island is None else f"island {step.island}"
    gain = delta(step.delta, digits=3)
    return Text("  ").join(
        text
        for text in (
            Text(f"{chapter.number}", style="bold"),
            Text(short(step.program), style="bold cyan"),
            Text(objective(step.objective, step=step.delta), style="bold"),
            Text(gain),
            Text(f"{step.operator} t{step.ticket}"),
            Text(f"{place} {cell(step.cell)}".rstrip()),
            Text(step.status, style=STATUS_STYLES.get(step.status, "")),
        )
        if text
    )


def _reasons(step: LineageStep) -> Iterator[str]:
    reason = " ".join(sanitise(step.summary).split())
    if reason:
        yield f"why: {reason}"
    for wish in step.wishes:
        yield f"asked: {wish.says}"
    if step.parents[1:]:
        yield f"with: {', '.join(map(short, step.parents[1:]))}"
    if step.inspirations:
        yield f"shown beside: {', '.join(map(short, step.inspirations))}"
