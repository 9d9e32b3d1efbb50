"""The archive of each island as a map: a square for each cell, shaded by the elite that holds it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from evo.config.objective_name import find_objective_name, label_objective
from evo.errors import NotFoundError
from evo.figures.figure import PALE, QUIET, Axes, Canvas, Figure, drawn, label
from evo.records import Direction
from evo.render.heat import axes_of, size_of, spots_of
from evo.render.numbers import objective
from evo.render.tables import name_problem
from evo.store.reading.layout import layouts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.store.reading.queries import Holding
    from evo.store.reading.view import RunView

_SIDE = 3.4
_ROOM = 0.9
_MOST_COLUMNS = 4
_TICKS = 5


def archive_map(view: RunView, *, island: int | None = None) -> Figure:
    """Draw the archive of every island, or of one, as it stands; brighter is better, the best cell has a ring.

    Of more than two axes the first two are drawn, with the best over the others.

    Raises:
        NotFoundError: there is no such island.
    """
    header, direction = view.header, view.direction
    shapes, held = layouts(header), view.holdings()
    numbers = list(range(header.islands)) if island is None else [island]
    if not set(numbers) <= set(range(header.islands)):
        raise NotFoundError(f"run {header.id} has no island {island}; its islands are 0 to {header.islands - 1}")
    shown = [each for each in held if each.island in numbers]
    scale = _scale([each.elite.objective for each in shown])
    columns = min(len(numbers), _MOST_COLUMNS)
    rows = math.ceil(len(numbers) / columns)
    with drawn(_SIDE * columns + _ROOM, _SIDE * rows) as canvas:
        grid = canvas.subplots(rows, columns, squeeze=False).ravel()
        for number, axes in zip(numbers, grid, strict=False):
            here = [each for each in shown if each.island == number]
            axes.set_title(f"island {number}: {len(here)} elites")
            _paint(axes, shapes[number].axes, here, direction, scale)
        for axes in grid[len(numbers) :]:
            axes.set_axis_off()
        named = label_objective(find_objective_name(header.spec, header.id), header.unit)
        _legend(canvas, grid, direction, scale, label(named))
        canvas.suptitle(
            f"{label(name_problem(header.problem, header.instance))} · archive", x=0.01, ha="left", fontsize=10
        )
    cells = sum(shapes[number].cells for number in numbers)
    return Figure(canvas=canvas, says=_say(header.id, shown, cells))


def _say(run: str, held: Sequence[Holding], cells: int) -> str:
    best = f"; the best elite has {objective(held[0].elite.objective)}" if held else ""
    return f"Archive of run {run}: {len(held)} of {cells} cells are filled{best}."


def _scale(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _palette(direction: Direction) -> Any:  # noqa: ANN401 - matplotlib has no types
    from matplotlib import colormaps  # noqa: PLC0415 - heavy

    return colormaps["viridis" if direction is Direction.MAXIMIZE else "viridis_r"]


def _paint(
    axes: Axes,
    outline: Sequence[Mapping[str, Any]],
    held: Sequence[Holding],
    direction: Direction,
    scale: tuple[float, float],
) -> None:
    cells = [{"cell": each.elite.cell, "objective": each.elite.objective} for each in held]
    named = (
        axes_of({"axes": outline, "islands": [{"cells": cells}]})
        if outline or cells
        else [{"name": "", "edges": [0, 1]}]
    )
    height, width = size_of(named)
    spots = spots_of(cells, named, direction)
    values = [[spots.get((row, column), math.nan) for column in range(width)] for row in range(height)]
    axes.set_facecolor("#f4f4f4")
    axes.pcolormesh(values, cmap=_palette(direction), vmin=scale[0], vmax=scale[1], edgecolors="white", linewidth=0.4)
    if spots:
        best = (max if direction is Direction.MAXIMIZE else min)(spots, key=lambda spot: spots[spot])
        axes.plot(best[1] + 0.5, best[0] + 0.5, "o", mfc="none", mec="#D55E00", ms=9, mew=1.6)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(PALE)
    axes.tick_params(length=0, labelsize=7)
    if len(named) > 1:
        _mark(axes.yaxis, named[0])
        _mark(axes.xaxis, named[1])
        axes.set(ylabel=label(str(named[0]["name"]), most=40), xlabel=label(str(named[1]["name"]), most=40))
    else:
        axes.set(xlabel=label(str(named[0]["name"]) or "cells", most=40), yticks=[])
        axes.invert_yaxis()


def _mark(axis: Any, named: Mapping[str, Any]) -> None:  # noqa: ANN401 - matplotlib has no types
    edges = named["edges"]
    steps = min(_TICKS, len(edges) - 1)
    places = [round(step * (len(edges) - 1) / steps) for step in range(steps + 1)]
    axis.set_ticks(places, [f"{edges[place]:.3g}" for place in places])


def _legend(canvas: Canvas, grid: Sequence[Axes], direction: Direction, scale: tuple[float, float], unit: str) -> None:
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415 - heavy
    from matplotlib.colors import Normalize  # noqa: PLC0415 - heavy

    shades = ScalarMappable(norm=Normalize(*scale), cmap=_palette(direction))
    bar = canvas.colorbar(shades, ax=list(grid), shrink=0.8, aspect=30, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=7, labelcolor=QUIET)
    bar.set_label(unit, fontsize=8)
    if direction is Direction.MINIMIZE:
        bar.ax.invert_yaxis()
