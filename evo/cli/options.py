"""The arguments that verbs share: one spelling, one help text."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completion

RUNS = Path("runs")
ENVIRONMENT = "EVO_RUNS"

RunsDir = Annotated[
    Path, typer.Option("--runs-dir", envvar=ENVIRONMENT, metavar="DIR", help="Where runs lie.", show_default=True)
]
Json = Annotated[bool, typer.Option("--json", help="Data for programs instead of a drawing.")]
Run = Annotated[
    str,
    typer.Argument(
        metavar="[RUN]",
        help="A path, the beginning of an id or of its last digits, or @last.",
        autocompletion=completion.complete_run,
    ),
]
Address = Annotated[
    str,
    typer.Argument(
        metavar="[ADDRESS]",
        help="[RUN:]PROGRAM; PROGRAM is a hash prefix, @best or @seed.",
        autocompletion=completion.complete_address,
    ),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override one key, dotted; may be repeated.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing until the end.")]
RequireTarget = Annotated[bool, typer.Option("--require-target", help="Exit with 1 unless budget.target is reached.")]
Island = Annotated[int | None, typer.Option("--island", min=0, metavar="N", help="This island alone.")]
Operator = Annotated[
    str,
    typer.Option(
        "--operator", metavar="NAME", help="Made by this operator alone.", autocompletion=completion.complete_operator
    ),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="ROLE",
        help="Answered by this role of `llms` alone.",
        autocompletion=completion.complete_role,
    ),
]
OutcomeName = Annotated[
    str,
    typer.Option(
        "--outcome", metavar="NAME", help="That ended like this alone.", autocompletion=completion.complete_outcome
    ),
]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="Committed since: an age (90s, 30m, 2h, 3d) or an ISO time.")
]
