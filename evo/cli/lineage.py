"""`evo lineage`: the ancestors of a program, or what was made from it, as a drawing, as data or as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, Address, Island, Json, Model, Operator, OutcomeName, RunsDir, Since
from evo.errors import UsageError

if TYPE_CHECKING:
    from evo.render.lineage import LineageStep, Steps
    from evo.store.reading.commit_filter import CommitFilter
    from evo.store.reading.view import RunView


def lineage(
    address: Address = "@best",
    *,
    why: Annotated[
        bool, typer.Option("--why", help="With reasons and inspirations; then each step from the seed, with its diff.")
    ] = False,
    descendants: Annotated[bool, typer.Option("--descendants", help="What was made from it instead.")] = False,
    dot: Annotated[bool, typer.Option("--dot", help="As a graph for Graphviz.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="As a graph for Mermaid.")] = False,
    graphml: Annotated[bool, typer.Option("--graphml", help="As a graph in GraphML, with all that is known.")] = False,
    island: Island = None,
    operator: Operator = "",
    model: Model = "",
    outcome: OutcomeName = "",
    since: Since = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show how a program came to be, step by step back to the seeds.

    --island, --operator, --model, --outcome and --since choose among --descendants.
    """
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, write
    from evo.render import graphs, story
    from evo.render.lineage import Steps
    from evo.store.reading.address import find_program, parse
    from evo.store.reading.commit_filter import CommitFilter

    form = _choose_form({"json": as_json, "dot": dot, "mermaid": mermaid, "graphml": graphml}, why=why)
    wanted = CommitFilter(island=island, operator=operator, model=model, outcome=outcome, since=since)
    if wanted.asks and not descendants:
        raise UsageError(
            "lineage: --island, --operator, --model, --outcome and --since choose among --descendants; "
            "the way from a seed to a program has no steps to leave out"
        )
    place = parse(address)
    with open_named(runs_dir, place.run) as view:
        program_id = find_program(view, place.program)
        steps, unknown = Steps(view), wanted.tell_unknown(view)
        walked = _walk_descendants(view, steps, program_id, wanted) if descendants else steps.ancestors(program_id)
        if form == "json":
            emit([{**step.data(), **({"diff": story.step_diff(view, step)} if why else {})} for step in walked])
        elif form:
            write(graphs.graph(walked, graphs.Notation(form)))
        elif descendants:
            _draw_descendants(steps, program_id, walked, why=why, unlike=unknown or _say_nothing(wanted))
        else:
            _draw_ancestors(view, steps, program_id, why=why)


def _choose_form(given: dict[str, bool], *, why: bool) -> str:
    """Return "" for a drawing, "json", or the notation of a graph."""
    forms = [name for name, wanted in given.items() if wanted]
    if len(forms) > 1:
        raise UsageError(f"--{forms[0]} and --{forms[1]}: expected one of them")
    if why and forms not in ([], ["json"]):
        raise UsageError(f"--why and --{forms[0]}: a graph has no room for diffs; expected one of them")
    return forms[0] if forms else ""


def _walk_descendants(view: RunView, steps: Steps, program_id: str, wanted: CommitFilter) -> list[LineageStep]:
    """Return the descendants that a filter means with all that leads to them."""
    found = steps.descendants(program_id)
    if not wanted.asks:
        return found
    begins = wanted.begins()

    def meant(step: LineageStep) -> bool:
        commit = view.commit(step.ticket)
        return step.program == program_id or (commit is not None and wanted.takes(commit, begins))

    return steps.leading_to(found, meant)


def _say_nothing(wanted: CommitFilter) -> str:
    return f"Nothing{' like that' if wanted.asks else ''} was made from it."


def _draw_descendants(steps: Steps, program_id: str, walked: list[LineageStep], *, why: bool, unlike: str) -> None:
    """Draw what was made from a program; say `unlike` where that is nothing."""
    from evo.cli.streams import note
    from evo.render import console
    from evo.render.lineage import Drawing

    programs = {step.program for step in walked}
    console.show(Drawing(branches=steps.descent(program_id, programs), why=why))
    if not programs - {program_id}:
        note(unlike)


def _draw_ancestors(view: RunView, steps: Steps, program_id: str, *, why: bool) -> None:
    from evo.cli.streams import write_lines
    from evo.render import console, story
    from evo.render.lineage import Drawing, tell_wishes

    console.show(Drawing(branches=steps.ancestry(program_id, inspirations=why), why=why))
    if asked := tell_wishes(steps.line(program_id)):
        write_lines(["", "This line heeded what people asked for:", *(f"  {words}" for words in asked)])
    if why:
        console.show(story.Story(told=story.chapters(view, steps.line(program_id)), run=view.header.id))
