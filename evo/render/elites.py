"""The elites of a run as plain data: best first, and island by island on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evo.config.gist import gist_of
from evo.errors import NotFoundError
from evo.qd.pareto import front
from evo.store.reading.layout import layouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.records import Direction
    from evo.store.reading.commit_filter import CommitFilter
    from evo.store.reading.queries import Holding
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any


def rank_elites(view: RunView, count: int, wanted: CommitFilter) -> list[_Data]:
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


def keep_undominated(view: RunView, rows: Sequence[_Data]) -> list[_Data]:
    """Return those elites that no other one dominates, best first, ranked anew.

    Raises:
        NotFoundError: the run has a single objective.
    """
    gist = gist_of(view.header.spec, str(view.folder))
    if gist is None or not gist.objectives:
        raise NotFoundError(f"run {view.header.id} has one objective, so there is no front; `evo top` lists its best")
    losses = [_list_losses(row, view.direction, gist.objectives) for row in rows]
    return [{**rows[index], "rank": rank} for rank, index in enumerate(front(losses), 1)]


def _list_losses(row: _Data, direction: Direction, further: Mapping[str, Direction]) -> tuple[float, ...]:
    more = (way.gain(0.0, row["measures"][name]) for name, way in further.items())
    return (direction.gain(0.0, row["objective"]), *more)


def map_cells(view: RunView, wanted: CommitFilter) -> _Data:
    """Return the islands with their elites; the island of a filter is one that holds the elite now."""
    header = view.header
    gist = gist_of(header.spec, str(view.folder))
    held = _find_meant(view, wanted)
    numbers = range(header.islands) if wanted.island is None else [wanted.island]
    shapes = layouts(header)
    first = shapes[numbers[0]]
    return {
        "run": header.id,
        "direction": header.direction,
        "unit": header.unit,
        "objectives": {name: str(way) for name, way in gist.objectives.items()} if gist else {},
        "axes": first.axes,
        "islands": [
            {
                "island": number,
                **({} if shapes[number].axes == first.axes else {"axes": shapes[number].axes}),
                "cells": [_describe_cell(each) for each in held if each.island == number],
            }
            for number in numbers
        ],
    }


def _find_meant(view: RunView, wanted: CommitFilter) -> Sequence[Holding]:
    held = view.holdings()
    born, begins = wanted.unborn(), wanted.begins()
    if not born.asks:
        return held
    commits = {each.elite.program: view.commit_of(each.elite.program) for each in held}
    taken = {program for program, commit in commits.items() if commit and born.takes(commit, begins)}
    return [each for each in held if each.elite.program in taken]


def _describe_cell(holding: Holding) -> _Data:
    elite = holding.elite
    return {
        "cell": list(elite.cell),
        "program": elite.program,
        "objective": elite.objective,
        "measures": dict(elite.measures),
    }
