"""The table of verbs. What a verb does is imported when it is called."""

import sys
from typing import Annotated

import typer

from evo.cli import audit, baseline, events, extract, inspect, machine, models, problems, run, survey

# Rich markup in help texts would cost a tenth of a second at every start.
app = typer.Typer(
    name="evo",
    help="LLM-driven evolutionary search: programs get better at a problem that you can score.",
    epilog="docs/cli.md has an example of every verb.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"max_content_width": 110},
)

for _verb in (run.run, run.resume):
    app.command()(_verb)
for _verb in (inspect.status, inspect.top, inspect.best, inspect.show, inspect.lineage):
    app.command()(_verb)
for _verb in (survey.runs, survey.diff):
    app.command()(_verb)
app.command("map")(survey.archive_map)
for _verb in (survey.compare, audit.replay, audit.recover, extract.export, extract.sql):
    app.command()(_verb)
app.command()(events.events)
for _verb in (problems.problems, problems.new, problems.check, problems.score):
    app.command()(_verb)
app.command()(baseline.baseline)
app.command()(machine.doctor)
app.command("mock-server")(models.mock_server)
app.add_typer(machine.eggroll, name="eggroll")


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the value over by position
    if wanted:
        from evo.store.folder import version  # noqa: PLC0415 - only this option needs it

        sys.stdout.write(f"evo {version()}\n")
        raise typer.Exit


@app.callback()
def evo(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """LLM-driven evolutionary search: programs get better at a problem that you can score."""
    del version
    if context.invoked_subcommand is None:
        from evo.cli.welcome import welcome  # noqa: PLC0415 - only who names no verb is told

        sys.stdout.write(f"{context.get_help()}\n\n{welcome()}")
