"""Archives as heat maps: one shade per cell, the better the darker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from evo.records import Direction
from evo.render.numbers import objective

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions

# Plain data, as `evo map --json` has it.
_Data = Any
_SHADES = "░▒▓█"
_COLOURS = ("blue", "cyan", "green", "bold yellow")
_EMPTY = "·"
WRAP = 32
_LABEL = 4


@dataclass(frozen=True, slots=True)
class Maps:
    """The maps of some islands on one scale.

    Attributes:
        data: what `evo map --json` gives.
    """

    data: _Data

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Yield one line after another."""
        del console
        values = [cell["objective"] for island in self.data["islands"] for cell in island["cells"]]
        if not values:
            return
        direction = Direction(self.data["direction"])
        worst, best = (min(values), max(values)) if direction is Direction.MAXIMIZE else (max(values), min(values))
        shared = axes_of(self.data)
        differ = any("axes" in island for island in self.data["islands"])
        for island in self.data["islands"]:
            axes = island.get("axes", shared)
            yield Text(f"island {island['island']}: {len(island['cells'])} elites", style="bold")
            for line in _picture(island["cells"], axes, direction, (worst, best)):
                line.no_wrap, line.overflow = True, "crop"
                line.truncate(options.max_width)
                yield line
            if differ:
                yield from _named(axes)
        if not differ:
            yield from _named(shared)
        yield _legend(worst, best, self.data["unit"])


def _named(axes: Sequence[_Data]) -> Iterator[Text]:
    for place, axis in zip(("down", "across") if len(axes) > 1 else ("across",), axes, strict=False):
        edges = axis["edges"]
        span = f", {objective(edges[0], digits=4)} to {objective(edges[-1], digits=4)}" if axis["name"] else ""
        yield Text(f"{place}: {axis['name'] or 'cells'}{span}, {len(edges) - 1} bins", style="dim")
    for axis in axes[2:]:
        yield Text(f"best over: {axis['name']}", style="dim")


def axes_of(data: _Data) -> list[_Data]:
    """Return the axes of `evo map --json`; where the run does not tell, as many nameless bins as its elites need."""
    if data["axes"]:
        return list(data["axes"])
    cells = [cell["cell"] for island in data["islands"] for cell in island["cells"]]
    return [{"name": "", "edges": list(range(max(each) + 2))} for each in zip(*cells, strict=True)]


def _picture(
    cells: Sequence[_Data], axes: Sequence[_Data], direction: Direction, scale: tuple[float, float]
) -> Iterator[Text]:
    """Yield the lines of a map: each row behind the value at which it begins, and below them those of the columns."""
    alone = len(axes) == 1
    sizes = [len(axis["edges"]) - 1 for axis in axes]
    height, width = size_of(axes)
    best = spots_of(cells, axes, direction)
    places = [row * WRAP for row in range(height)] if alone else list(range(height))
    *begins, end = [_value(axes[0], place) for place in [*places, sizes[0]]]
    room = max(_LABEL, *map(len, begins), len(end))
    for row, value in enumerate(begins):
        filled = min(width, sizes[0] - row * WRAP) if alone else width
        yield Text(f"{value:>{room}} ", style="dim") + _row(best, row, filled, scale)
    # What lies wrapped over several rows has no values across.
    if not alone or height == 1:
        yield from (Text(line, style="dim") for line in _ruler(axes[-1 if alone else 1], "" if alone else end, room))
    else:
        yield Text(f"{end:>{room}}", style="dim")


def _ruler(axis: _Data, end: str, room: int) -> Iterator[str]:
    """Yield ticks below the columns, behind the value at which the last row ends, and the values that they stand at."""
    count, categories = len(axis["edges"]) - 1, bool(axis.get("values"))
    places = list(range(count if categories else count + 1))
    values = [_value(axis, place) for place in places]
    fitting = [step for step in range(1, count + 2) if all(len(each) < 2 * step for each in values[::step][:-1])]
    step = next((each for each in fitting if count % each == 0 and each <= 2 * fitting[0]), fitting[0])
    marks = places[::step]
    # The end of the axis is told where there is room for it.
    if not categories and marks[-1] != count and 2 * (count - marks[-1]) > len(values[marks[-1]]):
        marks.append(count)
    ticks, told = " " * (2 * count + 1), ""
    for place in marks:
        ticks = ticks[: 2 * place] + "╵" + ticks[2 * place + 1 :]
        told = f"{told:<{2 * place}}{values[place]}"
    yield f"{end:>{room}} {ticks}".rstrip()
    yield f"{'':>{room}} {told}"


def _value(axis: _Data, place: int) -> str:
    """Return where a bin begins: a number, or the one value that it stands for."""
    values = axis.get("values")
    if values:
        return str(values[place]) if place < len(values) else ""
    return objective(float(axis["edges"][place]), digits=3)


def size_of(axes: Sequence[_Data]) -> tuple[int, int]:
    """Return how many rows and columns a map has: those of the first two axes; one axis alone runs on in rows."""
    sizes = [len(axis["edges"]) - 1 for axis in axes]
    return (-(-sizes[0] // WRAP), min(sizes[0], WRAP)) if len(sizes) == 1 else (sizes[0], sizes[1])


def spots_of(cells: Sequence[_Data], axes: Sequence[_Data], direction: Direction) -> Mapping[tuple[int, int], float]:
    """Return the best objective of all cells that fall on a row and column."""
    best: dict[tuple[int, int], float] = {}
    for cell in cells:
        where = cell["cell"]
        spot = divmod(where[0], WRAP) if len(axes) == 1 else (where[0], where[1])
        if spot not in best or direction.better(cell["objective"], best[spot]):
            best[spot] = cell["objective"]
    return best


def _row(best: Mapping[tuple[int, int], float], row: int, width: int, scale: tuple[float, float]) -> Text:
    line = Text()
    for column in range(width):
        value = best.get((row, column))
        shade = None if value is None else _shade(value, scale)
        # Two characters make about a square.
        line.append(
            2 * (_EMPTY if shade is None else _SHADES[shade]), style="dim" if shade is None else _COLOURS[shade]
        )
    return line


def _shade(value: float, scale: tuple[float, float]) -> int:
    """Return the shade of an objective on a scale from worst to best; the best alone where all are equal."""
    worst, best = scale
    # Halves first: the difference overflows for values near the largest double.
    span = best / 2 - worst / 2
    share = (value / 2 - worst / 2) / span if span else 1.0
    return min(int(share * len(_SHADES)), len(_SHADES) - 1)


def _legend(worst: float, best: float, unit: str) -> Text:
    line = Text(f"{_EMPTY} empty  ", style="dim") + Text(f"{objective(worst)} ")
    for shade, colour in zip(_SHADES, _COLOURS, strict=True):
        line.append(2 * shade, style=colour)
    return line + Text(f" {objective(best)} {unit}".rstrip())
