"""`evo map`: the archive of each island as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli.options import RUNS, Island, Json, Model, Operator, Run, RunsDir, Since
from evo.errors import NotFoundError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.cli.filters import CommitFilter
    from evo.store.reading.queries import Holding
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any


def map(  # noqa: A001 - the verb's name; nothing here calls the built-in
    run: Run = "@last",
    *,
    island: Island = None,
    operator: Operator = "",
    model: Model = "",
    since: Since = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Shade by this objective of several.")] = "",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Draw the archive of each island as a heat map."""
    from evo.cli.filters import CommitFilter
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, note
    from evo.render import console, heat

    wanted = CommitFilter(island=island, operator=operator, model=model, since=since)
    with open_named(runs_dir, run) as view:
        unknown = wanted.tell_unknown(view)
        data, held = _gather_data(view, wanted), view.best() is not None
    shaded = _shade_by(data, by) if by else data
    if as_json:
        emit(data)
    elif any(each["cells"] for each in data["islands"]):
        console.show(heat.Maps(data=shaded))
    else:
        note(unknown or ("No elite like that." if held and wanted.asks else "No elite yet: no program is VALID."))


def _gather_data(view: RunView, wanted: CommitFilter) -> _Data:
    """Return the islands with their elites; the island of a filter is one that holds the elite now."""
    from evo.config.gist import gist_of
    from evo.store.reading.layout import layouts

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


def _shade_by(data: _Data, name: str) -> _Data:
    """Return what `--json` has with a further objective in place of the first one, for drawing.

    Raises:
        NotFoundError: the run has no such objective.
    """
    ways: Mapping[str, str] = data["objectives"]
    if name not in ways:
        there = ", ".join(ways) or "only the first one"
        raise NotFoundError(f"run {data['run']} has no objective {name!r}{nearest(name, ways)}; there are {there}")
    islands = [
        {**island, "cells": [{**cell, "objective": cell["measures"][name]} for cell in island["cells"]]}
        for island in data["islands"]
    ]
    return {**data, "direction": ways[name], "unit": name, "islands": islands}
