"""`evo steer`: ask something of the tickets to come, in words that the log keeps."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.options import RUNS, Json, RunsDir

_TAKES = {
    "hint": ("WORDS",),
    "ban": ("WORDS",),
    "pin": ("PROGRAM",),
    "seed": ("FILE",),
    "weight": ("OPERATOR", "X"),
    "model": ("ROLE", "OTHER"),
    "budget": ("tickets|evaluations|seconds|target|patience", "X"),
    "pause": (),
}
"""Action -> what stands behind it, in the words of its message."""


def steer(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A path, the beginning of an id, or @last.")],
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="hint, pin, ban, seed, weight, model, budget, pause.")
    ],
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]", help="What the action is about.")] = None,
    *,
    share: Annotated[
        float | None, typer.Option("--share", metavar="X", help="Of the tickets that heed a hint or a pin, at most 1.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="With ban: no new program may have this, literally.")
    ] = None,
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who asks.")] = "person",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Ask something of the tickets to come: an event that the log rests on from there.

    hint WORDS, ban WORDS, pin PROGRAM, seed FILE, weight OPERATOR X, model ROLE OTHER, budget LIMIT X, pause.
    """
    from evo.cli.streams import emit, note, write_lines
    from evo.store.reading.address import find_run
    from evo.wheel.remote import helm_of

    folder = find_run(runs_dir, run, note=note)
    wish = _wish(action, words or [], folder)
    wish |= {name: value for name, value in (("share", share), ("text", text)) if value is not None}
    found = asyncio.run(helm_of(folder).steer(wish, by=author))
    if as_json:
        emit(found)
    else:
        write_lines([f"Event {found['event']} of {folder.name}: {action}, in force after commit {found['after_seq']}."])


def _wish(action: str, words: list[str], folder: Path) -> dict[str, object]:
    """Return what is asked for, as plain data."""
    from evo.errors import UsageError, nearest
    from evo.store.reading.address import find_program
    from evo.store.reading.view import open_run

    if action not in _TAKES:
        raise UsageError(
            f"steer: {action!r} cannot be asked for{nearest(action, _TAKES)}; expected {', '.join(_TAKES)}"
        )
    if len(words) != len(_TAKES[action]):
        usual = " ".join((action, *_TAKES[action]))
        raise UsageError(f"steer: expected {usual}; got {len(words)} words after {action} (quote what has spaces)")
    match action:
        case "pin":
            with open_run(folder) as view:
                return {"do": action, "words": find_program(view, words[0])}
        case "seed":
            return {"do": action, **_program(words[0], folder)}
        case "weight":
            return {"do": action, "operator": words[0], "weight": _number(words[1])}
        case "model":
            return {"do": action, "role": words[0], "by": words[1]}
        case "budget":
            return {"do": action, "limit": words[0], "to": _number(words[1])}
        case "pause":
            return {"do": action}
        case _:
            return {"do": action, "words": words[0]}


def _number(word: str) -> float:
    from evo.errors import UsageError

    try:
        return float(word)
    except ValueError as error:
        raise UsageError(f"steer: expected a number; got {word!r}") from error


def _program(file: str, folder: Path) -> dict[str, object]:
    """Return a file as a program of the run: under the path and in the language that its seeds have."""
    from evo.cli.tell import read_program
    from evo.store.reading.address import SEED, find_program
    from evo.store.reading.view import open_run

    with open_run(folder) as view:
        like = view.program(find_program(view, SEED))
    read = read_program(file)
    path = next(iter(like.files)) if like else "program.py"
    files = {path: read} if isinstance(read, str) else read
    return {"words": Path(file).name, "files": files, "language": like.language if like else "python"}
