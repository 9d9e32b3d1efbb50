"""The verbs that read a run: `status`, `top`, `best`, `show`, `lineage`. They import nothing of the problem."""

from typing import Annotated

import typer

from evo.cli.options import RUNS, Address, Island, Json, Model, Operator, OutcomeName, Run, RunsDir, Since
from evo.errors import UsageError


def status(run: Run = "@last", *, as_json: Json = False, runs_dir: RunsDir = RUNS) -> None:
    """Say how a run stands: best, outcomes, archive, spend."""
    from evo.cli import reading  # noqa: PLC0415 - heavy

    reading.status(runs_dir, run, as_json=as_json)


def top(
    run: Run = "@last",
    *,
    count: Annotated[int, typer.Option("-n", "--count", min=1, metavar="K", help="How many.")] = 10,
    pareto: Annotated[bool, typer.Option("--pareto", help="Those that no other dominates in all objectives.")] = False,
    island: Island = None,
    operator: Operator = "",
    model: Model = "",
    since: Since = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """List the best elites of a run's archive."""
    from evo.cli import reading  # noqa: PLC0415 - heavy
    from evo.cli.filters import CommitFilter  # noqa: PLC0415 - heavy

    wanted = CommitFilter(island=island, operator=operator, model=model, since=since)
    reading.top(runs_dir, run, count, wanted, pareto=pareto, as_json=as_json)


def best(run: Run = "@last", *, as_json: Json = False, runs_dir: RunsDir = RUNS) -> None:
    """Print the best program."""
    from evo.cli import reading  # noqa: PLC0415 - heavy

    reading.best(runs_dir, run, as_json=as_json)


def show(
    address: Address = "@best",
    *,
    code: Annotated[bool, typer.Option("--code", help="Print the program's text.")] = False,
    prompt: Annotated[bool, typer.Option("--prompt", help="Print what the model was asked.")] = False,
    answer: Annotated[bool, typer.Option("--answer", help="Print what the model said.")] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Tell everything about one program: where it came from, how it scored, where it landed."""
    from evo.cli import reading  # noqa: PLC0415 - heavy

    wanted = [name for name, given in (("code", code), ("prompt", prompt), ("answer", answer)) if given]
    reading.show(runs_dir, address, wanted, as_json=as_json)


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
    from evo.cli import reading  # noqa: PLC0415 - heavy
    from evo.cli.filters import CommitFilter  # noqa: PLC0415 - heavy

    wanted = {"json": as_json, "dot": dot, "mermaid": mermaid, "graphml": graphml}
    forms = [name for name, given in wanted.items() if given]
    if len(forms) > 1:
        raise UsageError(f"--{forms[0]} and --{forms[1]}: expected one of them")
    if why and forms not in ([], ["json"]):
        raise UsageError(f"--why and --{forms[0]}: a graph has no room for diffs; expected one of them")
    chosen = CommitFilter(island=island, operator=operator, model=model, outcome=outcome, since=since)
    if chosen != CommitFilter() and not descendants:
        raise UsageError(
            "lineage: --island, --operator, --model, --outcome and --since choose among --descendants; "
            "the way from a seed to a program has no steps to leave out"
        )
    reading.lineage(runs_dir, address, chosen, why=why, descendants=descendants, form=forms[0] if forms else "")
