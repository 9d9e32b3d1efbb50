"""A suite: a row for each problem and strategy, then the strategies over all problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group

from evo.render.numbers import objective
from evo.render.tables import listing, name_problem

if TYPE_CHECKING:
    from rich.console import RenderableType

# Plain data, as `evo suite show --json` has it.
_Data = Any


def suite(data: _Data) -> RenderableType:
    """Draw what `evo suite show --json` gives."""
    rows = [
        [
            name_problem(row["problem"], row["instance"]),
            row["strategy"] or "-",
            f"{row['scored']} of {row['runs']}",
            _number(row["best"]),
            _number(row["mean"]),
            _interval(row),
            f"{row['rank']:g}",
        ]
        for row in data["rows"]
    ]
    ranks = [
        [row["strategy"] or "-", str(row["problems"]), f"{row['rank']:.3g}", _interval(row)] for row in data["overall"]
    ]
    return Group(
        listing(["problem", "strategy", "scored", "best", "mean of best", "95 %", "rank"], rows),
        "",
        listing(["strategy", "problems", "mean rank", "95 %"], ranks),
    )


def _number(value: float | None) -> str:
    return "-" if value is None else objective(value, digits=9)


def _interval(row: _Data) -> str:
    return "-" if row["low"] is None else f"{objective(row['low'])} .. {objective(row['high'])}"
