"""`evo report`: one run, or several compared, as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, RunsDir

NAME = "report.html"


def report(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN]...", help="@last by default; several are compared.", autocompletion=completion.complete_run
        ),
    ] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where; report.html in the folder of the first run."),
    ] = None,
    figures: Annotated[bool, typer.Option(help="With figures for print.")] = True,
    draw: Annotated[
        bool, typer.Option("--draw", help="Have the problem draw the steps of the best first, in the sandbox.")
    ] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Tell runs in one HTML file that opens without a server and without a network.

    Nothing of the problem is imported, unless --draw has its picture.py draw programs, in a judge's process.
    """
    from evo.cli.streams import note, write_lines
    from evo.store.reading.address import LAST, find_run
    from evo.web.report import write_report

    folders = [*dict.fromkeys(find_run(runs_dir, name, note=note) for name in names or [LAST])]
    if draw:
        for folder in folders:
            _draw_pictures(folder)
    path = output or folders[0] / NAME
    write_report(path, folders, figures=figures)
    note(f"{path.stat().st_size / 1e6:.1f} MB; opens in any browser, also without a network.")
    write_lines([str(path)])


def _draw_pictures(folder: Path) -> None:
    from evo.cli.figure import draw_steps
    from evo.store.reading.view import open_run

    with open_run(folder) as view:
        draw_steps(view)
