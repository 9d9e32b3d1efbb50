"""Several objectives in the verbs that read: the front of a run, and a map by any one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evo.config.run import from_yaml
from evo.errors import NotFoundError, SpecError, nearest
from evo.qd.pareto import front

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.records import Direction
    from evo.store.reading.view import RunView

# Plain data, as `--json` has it.
_Data = Any


def aims(view: RunView) -> Mapping[str, Direction]:
    """Return the run's further objectives; none where this version cannot read its config."""
    try:
        return from_yaml(view.header.spec, str(view.folder)).objectives
    except SpecError:
        return {}


def undominated(view: RunView, rows: Sequence[_Data]) -> list[_Data]:
    """Return those rows of `evo top --json` that no other one dominates, best first, ranked anew.

    Raises:
        NotFoundError: the run has a single objective.
    """
    further = aims(view)
    if not further:
        raise NotFoundError(f"run {view.header.id} has one objective, so there is no front; `evo top` lists its best")
    losses = [_losses(row, view.direction, further) for row in rows]
    return [{**rows[index], "rank": rank} for rank, index in enumerate(front(losses), 1)]


def _losses(row: _Data, direction: Direction, further: Mapping[str, Direction]) -> tuple[float, ...]:
    more = (way.gain(0.0, row["measures"][name]) for name, way in further.items())
    return (direction.gain(0.0, row["objective"]), *more)


def shaded_by(data: _Data, name: str) -> _Data:
    """Return what `evo map --json` has with a further objective in place of the first one, for drawing.

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
