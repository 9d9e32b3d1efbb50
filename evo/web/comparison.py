"""Runs side by side as a document: the figures of `evo compare`, their curves, and what their configs differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evo.config.gist import differences_of
from evo.errors import UsageError
from evo.stats.curve import band, bests
from evo.stats.groups import compare_runs
from evo.stats.run_figures import figures_of
from evo.store.reading.bounded import BoundedReader
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.stats.run_figures import RunFigures

POINTS = 300
"""Points of a curve, at most: more than a drawing has pixels to show would only be sent."""


def compare_folders(folders: Sequence[Path]) -> dict[str, JSON]:
    """Return the runs in some folders side by side.

    Keys: runs and groups (those of `evo compare --json`), curves (run -> [evaluations, best so far] each), bands (for
    each group [evaluations, lower quartile, median, upper quartile] each), differences (key and the value of each run),
    names (run -> folder).

    Raises:
        UsageError: no run.
        NotFoundError, DamagedError: one of them cannot be read.
    """
    if not folders:
        raise UsageError("name at least one run to compare")
    runs: list[RunFigures] = []
    specs: dict[str, str] = {}
    for folder in folders:
        with BoundedReader(folder) as reader:  # refuses what is no run of evo
            specs[reader.header().id] = reader.header().spec
        with open_run(folder) as view:
            runs.append(figures_of(view))
    data: dict[str, Any] = compare_runs(runs, sorted({run.target for run in runs if run.target is not None}))
    curves = {run.run: [*bests(run.scores, run.direction)] for run in runs}
    return {
        **data,
        "curves": {name: _thin([[at + 1, best] for at, best in enumerate(curve)]) for name, curve in curves.items()},
        "bands": [_band(runs, curves, group) for group in data["groups"]],
        "differences": differences_of(specs),
        "names": {run.run: folder.name for run, folder in zip(runs, folders, strict=True)},
    }


def _band(runs: Sequence[RunFigures], curves: dict[str, list[float | None]], group: dict[str, Any]) -> list[JSON]:
    own = [
        curves[run.run]
        for run in runs
        if (run.problem, run.instance, run.unit, run.strategy, run.kind)
        == tuple(group[name] for name in ("problem", "instance", "unit", "strategy", "config"))
    ]
    return _thin([[*row] for row in band(own)])


def _thin(points: Sequence[JSON]) -> list[JSON]:
    count = len(points)
    if count <= POINTS:
        return [*points]
    return [points[(at + 1) * count // POINTS - 1] for at in range(POINTS)]
