"""`evo check`: whether files hold together, without starting a run."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.exit_codes import FAILED, INVALID_FILE, NOT_FOUND, OK, USAGE
from evo.cli.options import RUNS, RunsDir
from evo.errors import EvoError, NotFoundError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from evo.cli.trial import Finding

# Of several exit codes, the one that says most.
_WORST_FIRST = (INVALID_FILE, NOT_FOUND, USAGE, FAILED, OK)


def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Configs, pipelines, problem folders.",
            autocompletion=completion.complete_checkable,
        ),
    ],
    *,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE|DIR", help="Draw the pipeline there.", show_default=False)
    ] = None,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Check files without starting a run; problems are judged by their cases and run with their seeds."""
    del runs_dir  # every verb takes it
    codes = {_check_path(path) for path in paths}
    if svg is not None and codes <= {OK, FAILED}:
        _draw_pipelines(paths, svg)
    raise typer.Exit(next(code for code in _WORST_FIRST if code in codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What a path on the command line means: "problem", "pipeline" or "config"."""

    kind: str
    path: Path
    address: str = ""


def _check_path(path: str) -> int:
    from evo.cli.streams import note, write_lines

    try:
        return asyncio.run(_tell_findings(path))
    except EvoError as error:
        note(str(error))
        write_lines([f"FAIL  {path}  see the message"])
        return error.exit_code


async def _tell_findings(path: str) -> int:
    from evo.cli.streams import write_lines

    failed = False
    async for finding in _find(_read_target(path)):
        failed = failed or not finding.ok
        write_lines([f"{'ok' if finding.ok else 'FAIL':<4}  {finding.name}  {finding.text}"])
    return FAILED if failed else OK


async def _find(target: _Target) -> AsyncIterator[Finding]:
    from evo.cli import trial

    match target.kind:
        case "problem":
            async for finding in trial.try_problem(target.address):
                yield finding
            for finding in trial.try_pack_run(target.address, target.path):
                yield finding
        case "pipeline":
            yield trial.try_pipeline(target.path)
        case _:
            for finding in trial.try_config(target.path):
                yield finding


def _draw_pipelines(paths: Sequence[str], place: Path) -> None:
    """Draw the one pipeline among some paths to a file, or each to a file of its own in a folder."""
    from evo.cli.streams import write_lines
    from evo.cli.trial import draw_pipeline
    from evo.render.outfile import write_file

    targets = [target for target in (_read_target(path) for path in paths) if target.kind == "pipeline"]
    if not targets or (len(targets) > 1 and not place.is_dir()):
        raise UsageError(f"--svg {place}: expected one pipeline, or a folder that exists; got {len(targets)} pipelines")
    for target in targets:
        path = place / f"{target.path.stem}.svg" if place.is_dir() else place
        drawn = draw_pipeline(target.path).encode()
        try:
            write_file(path, drawn, hint="name another file after --svg")
        except EvoError as error:
            raise UsageError(str(error)) from error
        write_lines([f"ok    {path}  drawn"])


def _read_target(name: str) -> _Target:
    from evo.config.document import read
    from evo.config.pack_run import is_pack_run

    path = Path(name)
    if path.is_dir():
        if not (path / "problem.yaml").is_file():
            raise NotFoundError(f"{path}: no problem.yaml in it, so it is not a problem")
        return _Target(kind="problem", path=path, address=str(path))
    if not path.exists():
        return _find_named(name)
    if path.name in {"problem.yaml", "cases.yaml"} or is_pack_run(path):
        return _Target(kind="problem", path=path.parent, address=str(path.parent))
    if path.suffix not in {".yaml", ".yml"}:
        raise UsageError(f"{path}: expected a config or pipeline (.yaml) or the folder of a problem")
    value = read(path).value
    return _Target(kind="pipeline" if isinstance(value, dict) and "stages" in value else "config", path=path)


def _find_named(name: str) -> _Target:
    """Return what a name means that is no path: a problem, a pipeline or a config."""
    from evo.config.pack_run import renamed
    from evo.config.problem import locate
    from evo.config.resources import known, resolve

    name = renamed(name)
    if name in known("pipelines"):
        return _Target(kind="pipeline", path=resolve("pipelines", name))
    if name in known("configs"):
        return _Target(kind="config", path=resolve("configs", name))
    try:
        folder = resolve("problems", name)
    except NotFoundError:
        try:
            folder = locate(name).folder
        except NotFoundError:
            if name.rpartition("/")[0] in known("problems"):
                raise
            there = [*known("problems"), *known("pipelines"), *known("configs")]
            beside = Path(name).parent
            there += map(str, beside.iterdir()) if os.sep in name and beside.is_dir() else ()
            raise NotFoundError(f"{name}: no such file, problem, pipeline or config{nearest(name, there)}") from None
    return _Target(kind="problem", path=folder, address=name)
