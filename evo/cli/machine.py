"""What this machine offers and how fast it is: `doctor` and `eggroll bench`."""

from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completing
from evo.cli.options import RUNS, Json, RunsDir

eggroll = typer.Typer(help="EGGROLL, low-rank evolution strategies: the claims in miniature.", no_args_is_help=True)


def doctor(
    config: Annotated[
        str,
        typer.Argument(
            metavar="[CONFIG]", help="Also look at the models that it names.", autocompletion=completing.configs
        ),
    ] = "",
    *,
    ask: Annotated[bool, typer.Option("--ask", help="Ask each of them for a word: a few hundred tokens.")] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Say what this machine offers: isolation, versions, disk, and the keys that a config needs."""
    from evo.cli import examining  # noqa: PLC0415 - heavy

    examining.doctor(config, runs_dir, ask=ask, as_json=as_json)


@eggroll.callback()
def group() -> None:
    """EGGROLL, low-rank evolution strategies: the claims in miniature."""


@eggroll.command()
def bench(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Smaller sizes: a few seconds.")] = False,
    as_json: Json = False,
    figures: Annotated[Path | None, typer.Option("--figures", metavar="DIR", help="Draw them as PNG there.")] = None,
) -> None:
    """Measure each claim in miniature: what was claimed, what was seen, and whether it holds."""
    from evo.cli import examining  # noqa: PLC0415 - heavy

    raise typer.Exit(examining.bench(quick=quick, as_json=as_json, figures=figures))
