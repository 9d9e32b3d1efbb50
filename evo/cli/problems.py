"""`evo problems`: what can be solved here, read from `problem.yaml` and the runs there are; nothing of it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import EvoError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.records import Direction
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any


def problems(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]",
            help="One problem, in full.",
            show_default=False,
            autocompletion=completion.complete_problem,
        ),
    ] = "",
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """List the problems that can be run here, with the best known values and the best of our runs."""
    from evo.cli.streams import emit, note
    from evo.config.problem_row import read_row
    from evo.config.resources import known
    from evo.render import console
    from evo.render.problems import Catalogue, problem

    rows = [read_row(_find_folder(name))] if name else list(filter(None, map(_read_if_right, known("problems"))))
    _add_ours(rows, runs_dir)
    if as_json:
        emit(rows[0] if name else rows)
    elif name:
        console.show(problem(rows[0]))
    elif rows:
        console.show(Catalogue(rows))
    else:
        note("There is no problem here; `evo new my_problem` makes one.")


def _find_folder(name: str) -> Path:
    """Return the folder of a problem, also when an instance is named."""
    from evo.config.problem import load_problem
    from evo.config.resources import resolve

    try:
        return resolve("problems", name)
    except NotFoundError:
        return load_problem(name).folder


def _read_if_right(name: str) -> dict[str, _Data] | None:
    """Return a problem's row; None, with a word about why, where its file is wrong: the others are still listed."""
    from evo.cli.streams import note
    from evo.config.problem_row import read_row
    from evo.config.resources import resolve

    try:
        return read_row(resolve("problems", name))
    except EvoError as error:
        note(str(error))
        return None


def _add_ours(rows: Sequence[_Data], runs_dir: Path) -> None:
    """Add to every instance the best that the runs in a folder have, and how it stands to the best known value.

    A run with parameters of its own solved another instance, and does not count.
    """
    from evo.cli.streams import note
    from evo.records import Direction
    from evo.store.reading.address import run_folders
    from evo.store.reading.view import open_run

    wanted: dict[tuple[str, str], tuple[Direction, _Data]] = {
        (row["name"], each["name"]): (Direction(each["objective"]["direction"]), each)
        for row in rows
        for each in row["instances"]
    }
    for _, instance in wanted.values():
        instance |= {"ours": None, "gain": None}
    for direction, instance in list(wanted.values()):
        for old in instance["formerly"]:
            wanted[old.partition("/")[0], old.partition("/")[2]] = direction, instance
    for folder in run_folders(runs_dir):
        try:
            with open_run(folder) as view:
                meant = wanted.get(_name_solved(view) or ("", ""))
                found = view.best() if meant else None
        except EvoError as error:
            note(f"{folder} is passed over: {error}")
            continue
        if meant and found:
            _enter_best(*meant, run=folder.name, program=found[0], objective=found[1])


def _enter_best(direction: Direction, instance: _Data, *, run: str, program: str, objective: float) -> None:
    """Put a run's best into its instance if it is the best so far."""
    if instance["ours"] is None or direction.better(objective, instance["ours"]["objective"]):
        known = instance["best_known"]
        instance["ours"] = {"objective": objective, "run": run, "program": program}
        instance["gain"] = direction.gain(objective, known["value"]) if known else None


def _name_solved(view: RunView) -> tuple[str, str] | None:
    from evo.config.gist import gist_of

    header = view.header
    gist = gist_of(header.spec, str(view.folder))
    return None if gist and gist.own_params else (header.problem, header.instance.removeprefix("/"))
