"""The verbs that hand a run's data on: `export`, `sql`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.options import RUNS, Island, Json, Model, Operator, OutcomeName, Run, RunsDir, Since


class Format(StrEnum):
    """What `evo export` writes."""

    CSV = "csv"
    JSONL = "jsonl"
    TRACES = "traces"
    PROGRESS = "progress"


def export(
    run: Run = "@last",
    *,
    form: Annotated[
        Format, typer.Option("--format", help="A table, whole records, training traces, or progress.")
    ] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Instead of stdout; replaced if it exists.")
    ] = None,
    island: Island = None,
    operator: Operator = "",
    model: Model = "",
    outcome: OutcomeName = "",
    since: Since = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Write a run's log, one line per ticket."""
    from evo.cli import exporting  # noqa: PLC0415 - heavy
    from evo.cli.filters import CommitFilter  # noqa: PLC0415 - heavy

    wanted = CommitFilter(island=island, operator=operator, model=model, outcome=outcome, since=since)
    exporting.export(runs_dir, run, Format.JSONL if as_json else form, output, wanted)


def sql(
    run: Run = "@last",
    question: Annotated[str, typer.Argument(metavar="[QUESTION]", help="One SELECT; else read from stdin.")] = "",
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Ask a run's database in SQL; nothing can be written."""
    from evo.cli import asking  # noqa: PLC0415 - heavy

    asking.sql(runs_dir, run, question, as_json=as_json)
