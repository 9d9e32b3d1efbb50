"""`evo map`: the archive of each island as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli.options import RUNS, Island, Json, Model, Operator, Run, RunsDir, Since
from evo.errors import NotFoundError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, note
    from evo.render import console, elites, heat
    from evo.store.reading.commit_filter import CommitFilter

    wanted = CommitFilter(island=island, operator=operator, model=model, since=since)
    with open_named(runs_dir, run) as view:
        unknown = wanted.tell_unknown(view)
        data, held = elites.map_cells(view, wanted), view.best() is not None
    shaded = _shade_by(data, by) if by else data
    if as_json:
        emit(data)
    elif any(each["cells"] for each in data["islands"]):
        console.show(heat.Maps(data=shaded))
    else:
        note(unknown or ("No elite like that." if held and wanted.asks else "No elite yet: no program is VALID."))


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
