"""`evo top`: the best elites of an archive, or those that no other one dominates."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli.options import RUNS, Island, Json, Model, Operator, Run, RunsDir, Since
from evo.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.cli.filters import CommitFilter
    from evo.records import Direction
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any


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
    from evo.cli.filters import CommitFilter
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, note
    from evo.render import console, tables

    wanted = CommitFilter(island=island, operator=operator, model=model, since=since)
    with open_named(runs_dir, run) as view:
        unknown, rows = wanted.tell_unknown(view), _rank_elites(view, sys.maxsize if pareto else count, wanted)
        rows = _keep_undominated(view, rows)[:count] if pareto else rows
    if as_json:
        emit(rows)
    elif rows:
        console.show(tables.top(rows))
    else:
        note(unknown or ("No elite yet: no program is VALID." if wanted == CommitFilter() else "No elite like that."))


def _rank_elites(view: RunView, count: int, wanted: CommitFilter) -> list[_Data]:
    """Return the best elites; the island of a filter is one that holds the elite now, wherever it was born."""
    islands: dict[str, list[int]] = {}
    for holding in view.holdings():
        islands.setdefault(holding.elite.program, []).append(holding.island)
    rows: list[_Data] = []
    born, begins = wanted.unborn(), wanted.begins()
    noisy, tested = view.noisy(), view.tested()
    for elite in view.top(len(islands) if wanted.asks else count):
        if wanted.island is not None and wanted.island not in islands[elite.program]:
            continue
        commit = view.commit_of(elite.program)
        if commit and not born.takes(commit, begins):
            continue
        rows.append(
            {
                "rank": len(rows) + 1,
                "program": elite.program,
                "objective": elite.objective,
                "noisy": elite.program in noisy,
                "trust": view.header.trust,
                "scores": tested[elite.program].count if elite.program in tested else 1,
                "spread": tested[elite.program].spread if elite.program in tested else 0.0,
                "ticket": commit.ticket if commit else None,
                "operator": commit.proposal.operator if commit else "",
                "islands": islands[elite.program],
                "cell": list(elite.cell),
                "measures": dict(elite.measures),
            }
        )
        if len(rows) == count:
            break
    return rows


def _keep_undominated(view: RunView, rows: Sequence[_Data]) -> list[_Data]:
    """Return those elites that no other one dominates, best first, ranked anew.

    Raises:
        NotFoundError: the run has a single objective.
    """
    from evo.config.gist import gist_of
    from evo.qd.pareto import front

    gist = gist_of(view.header.spec, str(view.folder))
    if gist is None or not gist.objectives:
        raise NotFoundError(f"run {view.header.id} has one objective, so there is no front; `evo top` lists its best")
    losses = [_list_losses(row, view.direction, gist.objectives) for row in rows]
    return [{**rows[index], "rank": rank} for rank, index in enumerate(front(losses), 1)]


def _list_losses(row: _Data, direction: Direction, further: Mapping[str, Direction]) -> tuple[float, ...]:
    more = (way.gain(0.0, row["measures"][name]) for name, way in further.items())
    return (direction.gain(0.0, row["objective"]), *more)
