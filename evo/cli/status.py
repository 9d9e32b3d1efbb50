"""`evo status`: how a run stands."""

from evo.cli.options import RUNS, Json, Run, RunsDir


def status(run: Run = "@last", *, as_json: Json = False, runs_dir: RunsDir = RUNS) -> None:
    """Say how a run stands: best, outcomes, archive, spend."""
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit
    from evo.render import console, tables

    with open_named(runs_dir, run) as view:
        data = view.status()
    if as_json:
        emit(data)
    else:
        console.show(tables.status(data))
