"""`evo run`: a new run, or one for each of several strategies and seeds, or what one would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.exit_codes import INTERRUPTED, OK
from evo.cli.options import RUNS, Json, Quiet, RequireTarget, RunsDir, Settings
from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run(
    config: Annotated[
        str,
        typer.Argument(
            metavar="CONFIG",
            help="A YAML file, the name of a config, or a problem: NAME or NAME/INSTANCE.",
            autocompletion=completion.complete_runnable,
        ),
    ],
    *,
    settings: Settings = None,
    seeds: Annotated[
        str | None, typer.Option("--seeds", metavar="0..9", help="One run for each of these seeds, then a comparison.")
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option(
            "--strategies",
            metavar="A,B",
            help="One run for each of these strategies (and seeds), then a comparison.",
        ),
    ] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say what it can cost at most; start nothing.")] = False,
    as_json: Json = False,
    require_target: RequireTarget = False,
    quiet: Quiet = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Begin a new run and watch it.

    Ctrl-C lets what is in flight finish; a second one stops at once. Either way `evo resume` goes on.
    """
    several = "--seeds" if seeds is not None else "--strategies" if strategies is not None else ""
    if several and (estimate or as_json):
        raise UsageError(
            f"{several}: expected without --estimate and --json; an estimate is for one run, so times the runs"
        )
    if as_json and not estimate:
        raise UsageError("--json: a run is read with `evo status --json`; here it goes with --estimate alone")
    if several:
        from evo.cli.seeds import variants

        each = variants(strategies, seeds)
        raise typer.Exit(
            _run_several(config, settings or (), each, runs_dir=runs_dir, quiet=quiet, require_target=require_target)
        )
    if estimate:
        _estimate_cost(config, settings or (), runs_dir=runs_dir, as_json=as_json)
        raise typer.Exit(OK)
    from evo.cli.session import begin_run

    code, _ = begin_run(config, settings or (), runs_dir=runs_dir, quiet=quiet, require_target=require_target)
    raise typer.Exit(code)


def _run_several(
    config: str,
    settings: Sequence[str],
    each: Sequence[Sequence[str]],
    *,
    runs_dir: Path,
    quiet: bool,
    require_target: bool,
) -> int:
    """Make one run for each set of further settings, one after another, then show all of them side by side.

    Returns:
        The exit code: the worst of the runs.
    """
    from evo.assemble.resolve import resolve_files
    from evo.cli.session import begin_run
    from evo.cli.streams import note
    from evo.config.pack_run import load_run

    for further in each:  # a wrong name is said before hours are spent on the others
        resolve_files(load_run(config, [*settings, *further]))
    folders: list[Path] = []
    worst = OK
    for place, further in enumerate(each, 1):
        note(f"{', '.join(further)} ({place} of {len(each)})")
        code, folder = begin_run(
            config, [*settings, *further], runs_dir=runs_dir, quiet=quiet, require_target=require_target
        )
        folders += [folder] if folder else []
        worst = max(worst, code)
        if code == INTERRUPTED:
            left = ["; ".join(further) for further in each[place:]]
            note(f"Not begun: {', '.join(left)}" if left else "That was the last one.")
            return INTERRUPTED
    _show_side_by_side(folders, runs_dir / f"{folders[0].name}-seeds.png")
    return worst


def _show_side_by_side(folders: Sequence[Path], figure: Path) -> None:
    from evo.cli.compare import gather_runs
    from evo.cli.streams import write_lines
    from evo.figures.bands import draw_panels
    from evo.render import comparison, console
    from evo.stats.groups import compare_runs
    from evo.stats.panels import make_panels

    found = gather_runs(folders)
    aims = [run.target for run in found[:1] if run.target is not None]
    draw_panels(make_panels(found, aims)).save(figure)
    write_lines([""])
    console.show(comparison.comparison(compare_runs(found, aims)))
    write_lines([f"  {figure}"])


def _estimate_cost(config: str, settings: Sequence[str], *, runs_dir: Path, as_json: bool) -> None:
    from evo.assemble.estimate import estimated
    from evo.cli.streams import emit
    from evo.config.pack_run import load_run
    from evo.render import console, estimate

    found = estimated(load_run(config, settings), runs_dir)
    if as_json:
        emit(estimate.data(found))
    else:
        console.show(estimate.page(found))
