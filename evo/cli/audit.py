"""The verbs that ask whether a run is whole: `replay`."""

import typer

from evo.cli.options import RUNS, Json, Run, RunsDir


def replay(run: Run = "@last", *, as_json: Json = False, runs_dir: RunsDir = RUNS) -> None:
    """Verify a run from its own records: every hash, reference and placement."""
    from evo.cli import auditing  # noqa: PLC0415 - heavy

    raise typer.Exit(auditing.replay(runs_dir, run, as_json=as_json))
