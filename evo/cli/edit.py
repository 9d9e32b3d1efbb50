"""`evo edit`: what would be made of an answer, without a run and without a model."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli import completion
from evo.cli.exit_codes import FAILED, OK
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import NotFoundError

if TYPE_CHECKING:
    from evo.config.problem import Problem
    from evo.edits import Edit, Editable, Refusal
    from evo.records import Program

_STDIN = "-"
# Plain data, as `--json` has it.
_Data = Any


def edit(
    program: Annotated[
        str,
        typer.Argument(
            metavar="PROGRAM",
            help="A file, a folder, or [RUN:]PROGRAM: what the answer is to change.",
            autocompletion=completion.complete_address,
        ),
    ],
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help="A file with the answer, or - for standard input.")],
    *,
    problem: Annotated[
        str,
        typer.Option(
            "--problem",
            metavar="NAME",
            help="Whose program it is: says what is called and what may change.",
            autocompletion=completion.complete_problem,
        ),
    ] = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show what would be made of an answer: its edits and the diff, or why it is refused.

    The diff goes to standard output and everything said about it to standard error.
    """
    from evo.cli.streams import emit
    from evo.edits import Edit, apply, parse
    from evo.records import Program
    from evo.text import sanitise

    asked = _ask(program, problem, runs_dir)
    text = sanitise(_read_answer(answer))
    read = parse(text, base=asked.base, entry=asked.entry)
    made = apply(asked.base, read, editable=asked.editable) if isinstance(read, Edit) else read
    if as_json:
        emit(_data(asked, text, read, made))
    else:
        _tell(asked, text, read, made)
    raise typer.Exit(OK if isinstance(made, Program) else FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What an answer is to change: the program, the name that is called, and where that name is known from."""

    base: Program
    entry: str
    known: str
    editable: Editable


def _ask(name: str, problem: str, runs_dir: Path) -> _Asked:
    from evo.config.problem import load_problem
    from evo.edits.source import likely_entry

    path = Path(name)
    said = load_problem(problem) if problem else _problem_around(path) if path.exists() else None
    if path.exists():
        base = _read_file(path, said)
    elif path.suffix and ":" not in name:
        raise NotFoundError(f"{name}: no such file; expected a program as a file, a folder, or [RUN:]PROGRAM of a run")
    else:
        base, said = _read_program(name, said, runs_dir)
    if said is None:
        entry = likely_entry(base.text) if len(base.files) == 1 else ""
        return _Asked(base=base, entry=entry, known="guessed" if entry else "", editable="whole")
    stated = said.spec.program
    return _Asked(base=base, entry=stated.entry, known=said.label, editable=said.editable)


def _problem_around(path: Path) -> Problem | None:
    """Return the problem in whose folder a file lies, None if it lies in none."""
    from evo.config.problem import load_problem

    folders = list(path.resolve().parents)[:2]
    found = next((folder for folder in folders if (folder / "problem.yaml").is_file()), None)
    return load_problem(str(found)) if found else None


def _read_file(path: Path, problem: Problem | None) -> Program:
    from evo.config.document import read_text
    from evo.records import PROGRAM_MAX_BYTES, Program

    language = problem.spec.language if problem else ""
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
        names = {each: each.relative_to(path).as_posix() for each in files}
        texts = {name: read_text(each, str(each), limit=PROGRAM_MAX_BYTES) for each, name in names.items()}
        return Program.of(texts, language=language or "python")
    text = read_text(path, str(path), limit=PROGRAM_MAX_BYTES)
    name = problem.spec.program.file if problem else path.name
    return Program.of({name: text}, language=language or ("python" if path.suffix == ".py" else path.suffix[1:]))


def _read_program(name: str, problem: Problem | None, runs_dir: Path) -> tuple[Program, Problem | None]:
    """Return a program of a run, and the run's problem where it is still there."""
    from evo.cli.lookup import open_named
    from evo.config.problem import load_problem
    from evo.config.run import from_yaml
    from evo.store.reading.address import parse, read_program

    place = parse(name)
    with open_named(runs_dir, place.run) as view:
        found, _ = read_program(view, place.program)
        try:
            problem = problem or load_problem(from_yaml(view.header.spec, "run.yaml").problem)
        except NotFoundError:
            problem = None
    return found, problem


def _read_answer(name: str) -> str:
    from evo.config.document import read_text

    if name == _STDIN:
        return sys.stdin.read()
    if not Path(name).is_file():
        raise NotFoundError(f"{name}: no such file; expected one with the answer, or - for standard input")
    return read_text(Path(name), name, limit=16 * 1024 * 1024)


def _data(asked: _Asked, text: str, read: Edit | Refusal, made: Program | Refusal) -> _Data:
    from evo.edits import Edit, Refusal
    from evo.edits.frames import show
    from evo.records import Outcome
    from evo.render import changes

    refused = made if isinstance(made, Refusal) else None
    return {
        "outcome": str(refused.outcome if refused else Outcome.PROPOSED),
        "detail": refused.detail if refused else "",
        "entry": asked.entry,
        "summary": read.summary if isinstance(read, Edit) else "",
        "hidden": [list(lines) for lines in show(text).hidden],
        "blocks": [_block(block) for block in read.blocks] if isinstance(read, Edit) else [],
        "program": None if isinstance(made, Refusal) else made.id,
        "diff": "" if isinstance(made, Refusal) else changes.unified(asked.base, made),
    }


def _block(block: Any) -> _Data:  # noqa: ANN401 - either kind of block
    kind = "search" if hasattr(block, "search") else "file"
    texts = {"search": block.search, "replace": block.replace} if kind == "search" else {"text": block.text}
    return {"kind": kind, "path": block.path, "line": block.line, **texts}


def _tell(asked: _Asked, text: str, read: Edit | Refusal, made: Program | Refusal) -> None:
    from evo.cli.streams import note, write
    from evo.edits import Edit, Refusal
    from evo.edits.frames import show
    from evo.render import changes, console

    for first, last in show(text).hidden:
        note(f"thoughts: lines {first} to {last} of the answer are left out")
    if asked.entry:
        note(f"entry: {asked.entry} ({asked.known})")
    if isinstance(read, Edit):
        note(f"summary: {read.summary or 'none'}")
        for number, block in enumerate(read.blocks, 1):
            note(f"block {number}: {_words(block)}")
    if isinstance(made, Refusal):
        note(f"{made.outcome}: {made.detail}")
        return
    diff = changes.unified(asked.base, made)
    if not diff:
        note("The answer leaves the program as it is.")
    elif sys.stdout.isatty():
        console.show(changes.coloured(diff))
    else:
        write(diff)


def _words(block: Any) -> str:  # noqa: ANN401 - either kind of block
    where = f"line {block.line} of the answer" if block.line else "of the answer"
    path = f", for {block.path}" if block.path else ""
    if hasattr(block, "search"):
        return f"{where}, {block.search.count(chr(10))} lines become {block.replace.count(chr(10))}{path}"
    return f"{where}, a whole file of {block.text.count(chr(10))} lines{path}"
