"""What changed from one program to another."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from rich.text import Text

from evo.errors import DamagedError, NotFoundError
from evo.render.numbers import short
from evo.store.reading.view import open_run
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evo.canonical import JSON
    from evo.records import Direction, Program
    from evo.store.reading.view import RunView

_STYLES = {"+++": "bold", "---": "bold", "@@": "cyan", "+": "green", "-": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two programs that are compared.

    Attributes:
        folder: of its run.
        objective: in the problem's unit; None unless VALID.
    """

    run: str
    folder: Path
    program: Program
    objective: float | None
    direction: Direction

    def data(self) -> dict[str, JSON]:
        """Return what names the side, as plain data."""
        return {"run": self.run, "program": self.program.id, "objective": self.objective}


def side_of(view: RunView, program_id: str) -> Side:
    """Return a program of a run as a side.

    Raises:
        DamagedError: the log names it, but it is not in the database.
    """
    program, evaluation = view.program(program_id), view.evaluation(program_id)
    if program is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    return Side(
        run=view.header.id,
        folder=view.folder,
        program=program,
        objective=evaluation.objective if evaluation else None,
        direction=view.direction,
    )


def parent_of(side: Side) -> Side:
    """Return the first parent of a program.

    Raises:
        NotFoundError: it was made from no other.
    """
    with open_run(side.folder) as view:
        parents = view.parents(side.program.id)
        if not parents:
            raise NotFoundError(
                f"program {side.program.id[:8]} was made from no other, so there is no step to show; "
                f"`evo diff A B` compares any two"
            )
        return side_of(view, parents[0])


def step_data(old: Side, new: Side, text: str) -> dict[str, JSON]:
    """Return a diff between two sides as plain data; the keys of `evo diff --json`."""
    return {"from": old.data(), "to": new.data(), "delta": gain(old, new), "diff": text}


def gain(old: Side, new: Side) -> float | None:
    """Return how much better `new` is; None without both objectives, or where their directions differ."""
    if old.objective is None or new.objective is None or old.direction is not new.direction:
        return None
    return new.direction.gain(new.objective, old.objective)


def unified(old: Program, new: Program, context: int = 3) -> str:
    """Return the unified diff of all files, "" for equal programs; a last line without an end gets one."""
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in _lines(old, new, context))


def _lines(old: Program, new: Program, context: int) -> Iterator[str]:
    for path in sorted({*old.files, *new.files}):
        yield from unified_diff(
            old.files.get(path, "").splitlines(keepends=True),
            new.files.get(path, "").splitlines(keepends=True),
            f"{short(old.id)}/{path}" if path in old.files else "/dev/null",
            f"{short(new.id)}/{path}" if path in new.files else "/dev/null",
            n=context,
        )


def coloured(diff: str) -> Text:
    """Return a diff for a terminal, without what could steer it."""
    return Text("\n").join(coloured_lines(diff))


def coloured_lines(diff: str) -> list[Text]:
    """Return the lines of a diff for a terminal, without what could steer it."""
    lines = [sanitise(line) for line in diff.rstrip("\n").split("\n")]
    return [Text(line, style=_style(line)) for line in lines]


def _style(line: str) -> str:
    return next((style for mark, style in _STYLES.items() if line.startswith(mark)), "")
