"""`evo top`: the best elites of an archive, or those that no other one dominates."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from evo.cli.options import RUNS, Island, Json, Model, Operator, Run, RunsDir, Since


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
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, note
    from evo.render import console, elites, tables
    from evo.store.reading.commit_filter import CommitFilter

    wanted = CommitFilter(island=island, operator=operator, model=model, since=since)
    with open_named(runs_dir, run) as view:
        unknown, rows = wanted.tell_unknown(view), elites.rank_elites(view, sys.maxsize if pareto else count, wanted)
        rows = elites.keep_undominated(view, rows)[:count] if pareto else rows
    if as_json:
        emit(rows)
    elif rows:
        console.show(tables.top(rows))
    else:
        note(unknown or ("No elite yet: no program is VALID." if wanted == CommitFilter() else "No elite like that."))
