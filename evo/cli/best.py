"""`evo best`: the best program's text, and nothing else."""

from evo.cli.options import RUNS, Json, Run, RunsDir


def best(run: Run = "@last", *, as_json: Json = False, runs_dir: RunsDir = RUNS) -> None:
    """Print the best program."""
    from evo.cli.lookup import open_named, read_program
    from evo.cli.streams import emit, write
    from evo.store.reading.address import BEST

    with open_named(runs_dir, run) as view:
        program, commit = read_program(view, BEST)
    objective = commit.evaluation.objective if commit.evaluation else None
    if as_json:
        emit({"program": program.id, "objective": objective, "ticket": commit.ticket, "files": dict(program.files)})
    else:
        write(program.text)
