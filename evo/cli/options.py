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
Tickets = Annotated[int | None, typer.Option("--tickets", "-n", min=1, metavar="N", help="End after so many tickets.")]
AskedModel = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Ask this model, without a config.")]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Where it is, up to and with the version.")
]
KeyEnv = Annotated[str | None, typer.Option("--key-env", metavar="VAR", help="The environment variable with its key.")]
PricesText = Annotated[
    str | None, typer.Option("--prices", metavar="IN,OUT", help="Usd for a million tokens, each way.")
]
Strategies = Annotated[
    str | None,
    typer.Option(
        "--strategies", metavar="A,B", help="One run for each of these strategies (and seeds), then a comparison."
    ),
]
