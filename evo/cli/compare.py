"""`evo compare`: several runs side by side, and those of one kind together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.stats.run_figures import RunFigures


def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help="Runs, each as elsewhere, or folders of suites.",
            autocompletion=completion.complete_run,
        ),
    ],
    *,
    target: Annotated[
        list[float] | None, typer.Option("--target", metavar="X", help="An objective to reach; may be repeated.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="FILE", help="Draw best-so-far curves, as .svg or .png.")
    ] = None,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Compare several runs: best, cost, evaluations and cost to a target, with medians and quartiles."""
    from evo.cli.streams import emit, note
    from evo.render import comparison, console
    from evo.stats.groups import compare_runs
    from evo.stats.panels import make_panels
    from evo.store.reading.address import find_run

    targets = target or ()
    folders = [each for name in names for each in suite_runs(runs_dir, name) or [find_run(runs_dir, name, note=note)]]
    runs = gather_runs([*dict.fromkeys(folders)])
    if figure is not None:
        from evo.figures.bands import draw_panels

        draw_panels(make_panels(runs, targets)).save(figure)
        note(f"Figure: {figure}")
    data = compare_runs(runs, targets)
    if as_json:
        emit(data)
    else:
        console.show(comparison.comparison(data))


def suite_runs(runs_dir: Path, name: str) -> list[Path]:
    """Return the runs of a suite that is named by its folder or by that folder's name; none where there is none.

    Raises:
        NotFoundError: a suite of which no run has begun.
    """
    from evo.errors import NotFoundError
    from evo.store.reading.address import run_folders
    from evo.store.suite_folder import is_suite

    for folder in (Path(name).expanduser(), runs_dir / name):
        if is_suite(folder):
            if found := run_folders(folder):
                return found
            raise NotFoundError(f"{folder}: none of the runs of this suite has begun; `evo suite resume {folder}`")
    return []


def gather_runs(folders: Sequence[Path]) -> list[RunFigures]:
    """Read the figures of the runs in some folders."""
    from evo.stats.run_figures import figures_of
    from evo.store.reading.view import open_run

    runs: list[RunFigures] = []
    for folder in folders:
        with open_run(folder) as view:
            runs.append(figures_of(view))
    return runs
