"""The table of verbs: `evo` knows their names and what they do in one line; a verb's file is loaded when it is called.

The verb `mock-server` is `evo.cli.mock_server.mock_server`, and so are they all.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

VERBS: Mapping[str, str] = MappingProxyType(
    {
        "run": "Begin a new run and watch it.",
        "resume": "Go on with a run exactly where its log ends.",
        "suite": "Run several packs, strategies and seeds under one budget, and tell them in one table.",
        "status": "Say how a run stands: best, outcomes, archive, spend.",
        "top": "List the best elites of a run's archive.",
        "best": "Print the best program, or give it back to the repository that it changes.",
        "show": "Tell everything about one program: where it came from, how it scored, where it landed.",
        "lineage": "Show how a program came to be, step by step back to the seeds.",
        "runs": "List the runs, newest first.",
        "diff": "Show what changed from one program to another, or from a program's parent to it.",
        "map": "Draw the archive of each island as a heat map.",
        "compare": "Compare several runs: best, cost, evaluations and cost to a target, with medians and quartiles.",
        "figure": "Draw a figure of a run into a file.",
        "report": "Tell runs in one HTML file that opens without a server and without a network.",
        "certify": "Put a construction, its exact judge and a statement into a folder that Python alone can check.",
        "serve": "Show the runs on a page that lives while they do.",
        "replay": "Verify a run from its own records: every hash, reference and placement.",
        "events": "Show what was done to a run beside its tickets: amendments of a resume, remarks; or add a remark.",
        "ask": "Take tickets of a run for somebody outside, with the programs to start from.",
        "tell": "Bring a program for a ticket that was taken with `evo ask`; it is judged.",
        "steer": "Ask something of the tickets to come: an event that the log rests on from there.",
        "mcp": "Serve agents over the Model Context Protocol: reads, and what else you allow.",
        "skill": "Guides for coding agents, in the form of SKILL.md.",
        "recover": "Save every readable row of a damaged run into a new one.",
        "export": "Write a run's log, one line per ticket.",
        "sql": "Ask a run's database in SQL; nothing can be written.",
        "problems": "List the problems that can be run here, with the best known values and the best of our runs.",
        "new": "Make a small problem in ./problems/NAME that already passes `evo check`, to be changed into yours.",
        "env": "Build the virtual environment that a problem names (`environment:`), and say what is installed in it.",
        "check": "Check files without starting a run; problems are judged by their cases and run with their seeds.",
        "edit": "Show what would be made of an answer: its edits and the diff, or why it is refused.",
        "score": "Score a program through the whole pipeline, or a raw output by the judge alone.",
        "baseline": "Optimise a problem's numbers without evolution, and keep what is found as a run.",
        "parts": "List what a config can name: selectors, emitters, models and so on, with their options.",
        "help": "Print a page of the documentation that came with this version; without a topic, list the pages.",
        "doctor": "Say what this machine offers: isolation, versions, disk, and the keys that a config needs.",
        "mock-server": "Serve chat completions, models and usage on 127.0.0.1, without a model.",
        "eggroll": "EGGROLL, low-rank evolution strategies: the claims in miniature.",
    }
)
"""Name -> the first sentence of the verb's own help (a test compares them)."""


def load_verb(name: str) -> Any:  # noqa: ANN401 - typer brings a click of its own, whose types have no public name
    """Return a verb as a command that can be called."""
    module = name.replace("-", "_")
    found = getattr(import_module(f"evo.cli.{module}"), module)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


class LazyGroup(TyperGroup):
    """In which a name and a line of help stand in for every verb, until one is called."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(**given)
        for name, help_line in VERBS.items():
            self.add_command(TyperCommand(name, help=help_line, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 - see above
        """Return the name that the first word is, the verb itself, and the words that are left."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, load_verb(name) if name and found else found, rest


# Rich markup in help texts would cost a tenth of a second at every start.
app = typer.Typer(
    name="evo",
    cls=LazyGroup,
    help="LLM-driven evolutionary search: programs get better at a problem that you can score.",
    epilog="`evo help` lists the pages of the documentation; `evo help cli` has an example of every verb.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"max_content_width": 110},
)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the value over by position
    if wanted:
        from evo.store.folder import version

        sys.stdout.write(f"evo {version()}\n")
        raise typer.Exit


@app.callback()
def evo(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """LLM-driven evolutionary search: programs get better at a problem that you can score."""
    del version
    if context.invoked_subcommand is None:
        from evo.cli.welcome import welcome

        sys.stdout.write(f"{context.get_help()}\n\n{welcome()}")
