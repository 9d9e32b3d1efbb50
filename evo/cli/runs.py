"""`evo runs`: the runs there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import EvoError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any
_COUNTED = (
    "stop_reason",
    "best",
    "direction",
    "unit",
    "committed",
    "tickets_issued",
    "evaluations",
    "seconds",
    "trust",
)


def runs(
    *,
    problem: Annotated[
        str,
        typer.Option(
            "--problem",
            metavar="NAME",
            help="NAME or NAME/INSTANCE alone.",
            autocompletion=completion.complete_problem,
        ),
    ] = "",
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="running, finished, paused, interrupted or failed alone.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Begun since: an age (90s, 30m, 2h, 3d) or an ISO time.")
    ] = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """List the runs, newest first."""
    from evo.cli.filters import RunFilter
    from evo.cli.streams import emit, note
    from evo.render import console, tables

    wanted = RunFilter(problem=problem, state=state, since=since)
    begins = wanted.begins()
    there = list(_read_rows(runs_dir))
    rows = [row for row in there if wanted.takes(row, begins)]
    rows.sort(key=lambda row: (row["created"], row["run"]), reverse=True)
    if as_json:
        emit(rows)
    elif rows:
        console.show(tables.runs(rows))
    elif there:
        problems = {each["problem"] for each in there}
        hint = nearest(problem, problems) if problem and problem not in problems else ""
        note(f"No run like that among the {len(there)} in {runs_dir}{hint}")
    else:
        note(f"No run in {runs_dir}; `evo run circle_packing/26` makes one, `evo run CONFIG` yours.")


def _read_rows(runs_dir: RunsDir) -> Iterator[_Data]:
    """Yield a row for every run that can be read; the others are named on stderr."""
    from evo.cli.streams import note
    from evo.store.reading.address import run_folders
    from evo.store.reading.view import open_run

    for folder in run_folders(runs_dir):
        try:
            with open_run(folder) as view:
                yield _read_row(view)
        except EvoError as error:
            note(f"{folder} is passed over: {error}")


def _read_row(view: RunView) -> _Data:
    from evo.config.gist import gist_of

    data, gist = view.status(), gist_of(view.header.spec, str(view.folder))
    return {
        "run": data["run"],
        "problem": data["problem"],
        "instance": data["instance"],
        "strategy": gist.strategy if gist else None,
        "created": view.header.created,
        "state": data["state"],
        **{name: data[name] for name in _COUNTED},
        "cost_usd": data["cost_usd"],
    }
