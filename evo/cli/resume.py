"""`evo resume`: go on with a run where its log ends."""

from contextlib import nullcontext
from typing import Annotated

import typer

from evo.cli.options import RUNS, Quiet, RequireTarget, Run, RunsDir, Settings


def resume(
    run: Run = "@last",
    *,
    settings: Settings = None,
    abandon: Annotated[
        list[int] | None,
        typer.Option("--abandon", min=0, metavar="TICKET", help="Commit this ticket as failed; may be repeated."),
    ] = None,
    require_target: RequireTarget = False,
    quiet: Quiet = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Go on with a run exactly where its log ends.

    Budget, executor and slots may be changed by --set; what would change the meaning of the log is refused. A ticket at
    which this machine fails whatever is done is given up with --abandon.
    """
    from evo.store.lock import RunLock
    from evo.store.reading.glance import folder_of

    # Taken before anything heavy is imported: of many processes that start at once all but one cost next to nothing.
    folder = folder_of(runs_dir, run)
    with RunLock(folder) if folder else nullcontext() as lock:
        from evo.cli.session import resume_run

        code = resume_run(
            run,
            settings or (),
            runs_dir=runs_dir,
            quiet=quiet,
            lock=lock,
            abandon=abandon or (),
            require_target=require_target,
        )
        raise typer.Exit(code)
