"""The lineage tree: how a program came to be, a row for each step from the seeds down, lines joining where parents met.

Drawn as the history of a repository is: every line of descent has a lane, the line of first parents the leftmost.
Nothing has to be installed for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.figures.figure import INK, PALE, QUIET, Axes, Figure, colours, drawn, label
from evo.render.lineage import Steps
from evo.render.numbers import delta, objective, short
from evo.render.tables import name_problem
from evo.store.reading.address import BEST, find_program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.render.lineage import LineageStep
    from evo.store.reading.view import RunView

MOST = 60
"""Steps that are drawn, unless more are asked for: a page."""

_ROW, _LANE, _ROOM = 0.21, 0.2, 1.0
_TEXT = 8.2
_NARROW, _WIDE = 2, 14
_REASON = 84
# Inches from the lanes: id, objective, gain, operator with ticket, reason.
_COLUMNS = (0.2, 1.0, 1.95, 2.75, 4.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bough:
    """A step in its place.

    Attributes:
        row, lane: from 0; the first row is the oldest step.
        left_out: steps between this one and the first parent that is drawn.
        joins: the rows of its parents that are drawn, the first parent's first.
    """

    step: LineageStep
    row: int
    lane: int
    joins: tuple[int, ...]
    left_out: int = 0


def lineage(view: RunView, program: str = BEST, *, most: int = MOST) -> Figure:
    """Draw the ancestors of a program.

    Args:
        view: the run.
        program: a hash prefix, `@best`, `@seed` or `tN`.
        most: steps to draw; of more, those of the line of first parents that gained most stay, and gaps are counted.

    Raises:
        NotFoundError: there is no such program.
    """
    steps = Steps(view)
    wanted = find_program(view, program)
    everything, line = steps.ancestors(wanted), steps.line(wanted)
    boughs = place(chosen(everything, line, most), line)
    lanes = 1 + max(bough.lane for bough in boughs)
    header = view.header
    with drawn(_lanes_wide(lanes) + _TEXT, _ROW * len(boughs) + _ROOM) as canvas:
        axes: Axes = canvas.subplots()
        _draw(axes, boughs, lanes)
        left_out = len(everything) - len(boughs)
        more = f" · {left_out} further steps left out" if left_out else ""
        name = label(name_problem(header.problem, header.instance))
        axes.set_title(f"{name} · how {short(wanted)} came to be: {len(line)} steps, {len(everything)} programs{more}")
    gained = f"{objective(line[0].objective)} to {objective(line[-1].objective)}"
    steps_said = f"{len(line)} steps from a seed, {gained}, {len(everything)} programs in all"
    return Figure(canvas=canvas, says=f"Lineage of program {short(wanted)} of run {header.id}: {steps_said}.")


def chosen(everything: Sequence[LineageStep], line: Sequence[LineageStep], most: int) -> list[LineageStep]:
    """Return at most `most` steps, oldest first: all, else the line of first parents, else what gained most of it."""
    if len(everything) <= most:
        return sorted(everything, key=lambda step: step.ticket)
    if len(line) > most:
        ends = [line[0], line[-1]]
        by_gain = sorted(line[1:-1], key=lambda step: (-(step.delta or 0.0), step.ticket))
        return sorted([*ends, *by_gain[: max(0, most - len(ends))]], key=lambda step: step.ticket)
    kept = {step.program for step in line}
    beside = {parent for step in line for parent in step.parents[1:]} - kept
    others = sorted((step for step in everything if step.program in beside), key=lambda step: -(step.objective or 0.0))
    return sorted([*line, *others[: most - len(line)]], key=lambda step: step.ticket)


def place(steps: Sequence[LineageStep], line: Sequence[LineageStep]) -> list[Bough]:
    """Return the steps with their rows and lanes; lane 0 is that of the line of first parents.

    Any other step goes on in the lane of the child that it is the first parent of, where that lane is its own, and
    else takes the first that is free between its row and that of the child.

    Args:
        steps: those to draw, oldest first.
        line: of first parents, from the seed on.
    """
    rows = {step.program: row for row, step in enumerate(steps)}
    joins, gaps = _links(steps, line, rows)
    lanes = {step.program: 0 for step in line if step.program in rows}
    until: list[int] = [-1]
    # From the newest on, so that a child has its lane before its parents.
    for row in range(len(steps) - 1, -1, -1):
        for number, parent_row in enumerate(joins[row]):
            parent = steps[parent_row].program
            if parent in lanes:
                continue
            own = lanes[steps[row].program]
            free = own if number == 0 and own else _free_lane(until, row)
            lanes[parent] = free
            until[free] = parent_row
    return [
        Bough(step=step, row=row, lane=lanes.get(step.program, 0), joins=joins[row], left_out=gaps.get(row, 0))
        for row, step in enumerate(steps)
    ]


def _links(
    steps: Sequence[LineageStep], line: Sequence[LineageStep], rows: Mapping[str, int]
) -> tuple[list[tuple[int, ...]], dict[int, int]]:
    """Return the rows that each row comes from, and how many steps of the line are left out before a row."""
    joins = [tuple(rows[parent] for parent in step.parents if parent in rows) for step in steps]
    gaps: dict[int, int] = {}
    before: int | None = None
    skipped = 0
    for step in line:
        row = rows.get(step.program)
        if row is None:
            skipped += 1
            continue
        if skipped and before is not None:
            joins[row] = (before, *joins[row])
            gaps[row] = skipped
        before, skipped = row, 0
    return joins, gaps


def _free_lane(until: list[int], row: int) -> int:
    """Return the first lane beside the main one of which nothing is drawn any more from a row upwards."""
    for lane in range(1, len(until)):
        if until[lane] >= row:
            return lane
    until.append(row)
    return len(until) - 1


def _lanes_wide(lanes: int) -> float:
    return _LANE * min(max(lanes, _NARROW), _WIDE)


def _draw(axes: Axes, boughs: Sequence[Bough], lanes: int) -> None:
    wide = _lanes_wide(lanes)
    step = wide / max(lanes, _NARROW)
    paint = colours(bough.step.operator for bough in boughs)
    at = {bough.row: (bough.lane * step + step / 2, bough.row) for bough in boughs}
    for bough in boughs:
        for number, parent in enumerate(bough.joins):
            _join(
                axes,
                at[parent],
                at[bough.row],
                main=bough.lane == 0 and number == 0,
                gap=bool(bough.left_out) and number == 0,
            )
    for bough in boughs:
        _write(axes, bough, at[bough.row], wide, paint)
    axes.set_xlim(0, wide + _TEXT - 0.4)
    axes.set_ylim(len(boughs) - 0.4, -0.6)
    axes.set_axis_off()


def _join(axes: Axes, parent: tuple[float, float], child: tuple[float, float], *, main: bool, gap: bool) -> None:
    """Draw a line that leaves the parent's lane just above the child."""
    bend = max(parent[1], child[1] - 1)
    xs, ys = (parent[0], parent[0], child[0]), (parent[1], bend, child[1])
    axes.plot(
        xs,
        ys,
        color=INK if main else "#9a9a9a",
        lw=2.0 if main else 1.0,
        ls=(0, (1, 1)) if gap else "-",
        zorder=1,
        solid_capstyle="round",
        solid_joinstyle="round",
    )


def _write(axes: Axes, bough: Bough, at: tuple[float, float], wide: float, paint: Mapping[str, str]) -> None:
    step, main = bough.step, bough.lane == 0
    colour = paint[step.operator]
    axes.plot(
        *at,
        "o",
        color=colour if step.objective is not None else "white",
        mec=colour,
        ms=7 if main else 5,
        mew=1.2,
        zorder=2,
    )
    ink = INK if main else QUIET
    gap = f"({bough.left_out} steps between) " if bough.left_out else ""
    cells = (
        short(step.program),
        objective(step.objective, step=step.delta),
        delta(step.delta, digits=3),
        f"{label(step.operator, most=14)} t{step.ticket}",
        gap + label(step.summary, most=_REASON - len(gap)),
    )
    weights = ("normal", "bold" if main else "normal", "normal", "normal", "normal")
    inks = (ink, ink, "#00734f" if (step.delta or 0.0) > 0 else QUIET, ink, ink)
    for column, text, weight, shade in zip(_COLUMNS, cells, weights, inks, strict=True):
        axes.text(wide + column, at[1], text, va="center", fontsize=8, color=shade, fontweight=weight, clip_on=False)
    axes.plot((at[0], wide + 0.1), (at[1], at[1]), color=PALE, lw=0.5, zorder=0)
