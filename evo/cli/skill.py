"""`evo skill`: guides for coding agents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

skill = typer.Typer(
    name="skill",
    help="Guides for coding agents, in the form of SKILL.md.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@skill.callback()
def group() -> None:
    """Guides for coding agents, in the form of SKILL.md."""


@skill.command()
def install(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where the agent looks for skills.")] = Path(
        ".agents/skills"
    ),
) -> None:
    """Write the guides of this version: bring a problem, run and watch, read a run, ask and tell."""
    from evo.cli.streams import write_lines
    from evo.errors import UsageError
    from evo.scaffold.guides import write_guides
    from evo.store.folder import version

    try:
        written = write_guides(folder, version())
    except OSError as error:
        raise UsageError(f"{folder}: skills cannot be written there ({error.strerror}); name another folder") from error
    write_lines(str(path) for path in written)


@skill.command()
def index() -> None:
    """Print the list of the documentation's pages in the form of llms.txt."""
    from evo.cli.streams import write
    from evo.scaffold.guides import index_pages

    write(index_pages())
