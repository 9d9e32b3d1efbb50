"""What `evo map` does: gather the elites of each island, draw or emit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evo.cli import fronts
from evo.cli.filters import CommitFilter
from evo.cli.streams import emit, note
from evo.cli.surveying import opened
from evo.render import heat
from evo.render.console import show as draw
from evo.store.reading.layout import layouts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.store.reading.queries import Holding
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any


def archive_map(runs_dir: Path, run: str, wanted: CommitFilter, *, by: str, as_json: bool) -> None:
    """`evo map`; the island of a filter is one that holds the elite now; `by` names an objective, "" the first."""
    with opened(runs_dir, run) as view:
        unknown = wanted.told(view)
        data, held = _data(view, wanted), view.best() is not None
    shaded = fronts.shaded_by(data, by) if by else data
    if as_json:
        emit(data)
    elif any(island["cells"] for island in data["islands"]):
        draw(heat.Maps(data=shaded))
    else:
        note(
            unknown
            or ("No elite like that." if held and wanted != CommitFilter() else "No elite yet: no program is VALID.")
        )


def _data(view: RunView, wanted: CommitFilter) -> _Data:
    header = view.header
    held = _meant(view, wanted)
    numbers = range(header.islands) if wanted.island is None else [wanted.island]
    shapes = layouts(header)
    first = shapes[numbers[0]]
    return {
        "run": header.id,
        "direction": header.direction,
        "unit": header.unit,
        "objectives": {name: str(way) for name, way in fronts.aims(view).items()},
        "axes": first.axes,
        "islands": [
            {
                "island": number,
                **({} if shapes[number].axes == first.axes else {"axes": shapes[number].axes}),
                "cells": [_cell(each) for each in held if each.island == number],
            }
            for number in numbers
        ],
    }


def _meant(view: RunView, wanted: CommitFilter) -> Sequence[Holding]:
    held = view.holdings()
    born, begins = wanted.unborn(), wanted.begins()
    if born == CommitFilter():
        return held
    commits = {each.elite.program: view.commit_of(each.elite.program) for each in held}
    taken = {program for program, commit in commits.items() if commit and born.takes(commit, begins)}
    return [each for each in held if each.elite.program in taken]


def _cell(holding: Holding) -> _Data:
    elite = holding.elite
    return {
        "cell": list(elite.cell),
        "program": elite.program,
        "objective": elite.objective,
        "measures": dict(elite.measures),
    }
