"""The verbs that evolve: `run` and `resume`."""

from contextlib import nullcontext
from typing import Annotated

import typer

from evo.cli import completing
from evo.cli.options import RUNS, Json, Quiet, Run, RunsDir, Settings
from evo.errors import UsageError


def run(
    config: Annotated[
        str,
        typer.Argument(
            metavar="CONFIG",
            help="A YAML file, the name of a config, or a problem: NAME or NAME/INSTANCE.",
            autocompletion=completing.runnable,
        ),
    ],
    *,
    settings: Settings = None,
    seeds: Annotated[
        str | None, typer.Option("--seeds", metavar="0..9", help="One run for each of these seeds, then a comparison.")
    ] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say what it can cost at most; start nothing.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Begin a new run and watch it.

    Ctrl-C lets what is in flight finish; a second one stops at once. Either way `evo resume` goes on.
    """
    if seeds is not None and (estimate or as_json):
        raise UsageError(
            "--seeds: expected without --estimate and --json; an estimate is for one run, so times the seeds"
        )
    if seeds is not None:
        from evo.cli import seeding  # noqa: PLC0415 - heavy

        raise typer.Exit(seeding.run(config, settings or (), seeds, runs_dir=runs_dir, quiet=quiet))
    if as_json and not estimate:
        raise UsageError("--json: a run is read with `evo status --json`; here it goes with --estimate alone")
    from evo.cli import session  # noqa: PLC0415 - heavy

    if estimate:
        session.estimate(config, settings or (), runs_dir=runs_dir, as_json=as_json)
        return
    raise typer.Exit(session.run(config, settings or (), runs_dir=runs_dir, quiet=quiet))


def resume(
    run: Run = "@last",
    *,
    settings: Settings = None,
    quiet: Quiet = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Go on with a run exactly where its log ends.

    Budget, executor and slots may be changed by --set; what would change the meaning of the log is refused.
    """
    from evo.store.lock import RunLock  # noqa: PLC0415 - idem
    from evo.store.reading.glance import folder_of  # noqa: PLC0415 - only this verb needs it

    # Taken before anything heavy is imported: of many processes that start at once all but one cost next to nothing.
    folder = folder_of(runs_dir, run)
    with RunLock(folder) if folder else nullcontext() as lock:
        from evo.cli import session  # noqa: PLC0415 - heavy

        raise typer.Exit(session.resume(run, settings or (), runs_dir=runs_dir, quiet=quiet, lock=lock))
