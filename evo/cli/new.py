"""`evo new`: the folder of a problem, from a template or from a function, each file short enough to be changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, RunsDir
from evo.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def new(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Small letters, digits and _.")] = None,
    *,
    template: Annotated[
        str | None, typer.Option("--template", metavar="KIND", help="What to begin with; without NAME they are listed.")
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE.py:FUNCTION|DIR", help="A function, or another framework's folder."),
    ] = None,
    editable: Annotated[
        list[str] | None,
        typer.Option("--editable", metavar="GLOB", help="What may change of the repository that --from DIR names."),
    ] = None,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Make a small problem in ./problems/NAME that already passes `evo check`, to be changed into yours."""
    del runs_dir  # every verb takes it
    if name is None:
        _list_templates()
        return
    if not _NAME.fullmatch(name):
        raise UsageError(f"problem name {name!r}: expected at most 64 small letters, digits and _, a letter first")
    if template is not None and origin is not None:
        raise UsageError("--template and --from: expected one of them")
    folder = Path("problems") / name
    if folder.exists():
        raise ConflictError(f"{folder} exists already and is left as it is; choose another name")
    if editable:
        words = "The repository's tests are a gate; what `measure` measures is yours to write."
        _make(folder, _files_of_repository(origin, name, editable), words)
        return
    if origin is not None and Path(origin).is_dir():
        _carry_over(Path(origin), folder)
        return
    if origin is not None:
        _make(folder, _files_from(origin, name), f"It is what {origin} says.")
        return
    from evo.scaffold.templates import USUAL, template_files, template_summary

    kind = template or USUAL
    files = template_files(kind, name)
    _make(folder, files, f"It works as it stands: {_uncapped(template_summary(kind))} Change it into your problem.")


def _files_of_repository(origin: str | None, name: str, globs: list[str]) -> Mapping[str, str]:
    from evo.scaffold.repository import repository_files

    if origin is None:
        raise UsageError("--editable GLOB says what may change of a repository; name it with --from DIR")
    return repository_files(name, Path(origin), globs)


def _files_from(origin: str, name: str) -> Mapping[str, str]:
    """Return the files of a problem made from something of the user's.

    Raises:
        UsageError: it is nothing that a problem can be made from.
    """
    from evo.scaffold.draft import files_of
    from evo.scaffold.function import draft_of

    path, _, function = origin.partition(".py:")
    file = Path(f"{path}.py" if function else origin)
    if file.suffix != ".py":
        message = (
            "expected FILE.py:FUNCTION, for example mine.py:solve, or a folder of another framework's that is there"
        )
        raise UsageError(f"--from {origin}: {message}")
    return files_of(draft_of(function, file, name))


def _carry_over(origin: Path, folder: Path) -> None:
    """Make a problem of another framework's folder, and say what its first program scores.

    Raises:
        SpecError: the folder has no layout that is known.
        Exit: the first program has no score; what to mend is said.
    """
    from evo.assemble.bridge import carry_over
    from evo.cli.exit_codes import FAILED
    from evo.cli.streams import note, write_lines
    from evo.render.trust import tell_trust

    found = carry_over(origin, folder)
    bridge = found.bridge
    write_lines(
        [
            f"{folder}: {len(bridge.files)} files carried over from {origin}, in the layout of {bridge.framework}",
            *(f"  {each}" for each in (*found.words(), *bridge.notes)),
            f"  trust: {tell_trust('shared')}",
            f"  evo check {folder}   whether it holds together",
            f"  evo run {folder.name}   evolve",
        ]
    )
    if found.trouble:
        note(f"Its first program has no score. {found.trouble}\nMend that in {folder}, then: evo check {folder}")
        raise typer.Exit(FAILED)


def _make(folder: Path, files: Mapping[str, str], words: str) -> None:
    """Write the folder of a problem and say what comes next."""
    from evo.cli.streams import write_lines

    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    write_lines(
        [
            f"{folder}: {', '.join(files)}",
            words,
            f"  evo check {folder}   judge the cases, run the seeds",
            f"  evo run {folder.name}   evolve",
        ]
    )


def _list_templates() -> None:
    from evo.cli.streams import write_lines
    from evo.scaffold.templates import template_names, template_summary

    names = template_names()
    width = max(map(len, names))
    write_lines(
        [
            "evo new NAME --template KIND makes ./problems/NAME from one of these:",
            *(f"  {name:<{width}}  {template_summary(name)}" for name in names),
            "evo new NAME --from FILE.py:FUNCTION makes it from a function of yours.",
            "evo new NAME --from DIR --editable GLOB makes it about files of a repository.",
        ]
    )


def _uncapped(sentence: str) -> str:
    """Return a sentence as it goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]
