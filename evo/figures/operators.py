"""Operators: how the tickets of each ended, and what its gain cost in money and CPU time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.figures.figure import INK, PALE, QUIET, Axes, Figure, colours, drawn, label
from evo.render.numbers import delta, percent
from evo.render.tables import name_problem
from evo.stats.operator_yield import ENDS, Yield, yields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.store.reading.view import RunView

_WIDTH, _ROW, _ROOM = 9.6, 0.34, 1.5
_SHADES = ("#0b5394", "#5b9bd5", "#bcd7f0", "#c9c9c9", "#e3e3e3", "#f2e2d5")
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_COLUMNS = ("gain in all", "per usd", "per CPU min")


def operators(view: RunView) -> Figure:
    """Draw for each operator and model how its tickets ended, and how far it took the best so far at what price."""
    header, found = view.header, yields(view.attempts(), view.direction)
    paint = colours(each.operator for each in found)
    with drawn(_WIDTH, _ROW * max(len(found), 1) + _ROOM) as canvas:
        left, right = canvas.subplots(1, 2, width_ratios=(3, 2), sharey=True)
        _bars(left, found)
        _figures(right, found)
        left.set_yticks(range(len(found)), [_name(each) for each in found])
        for tick, each in zip(left.get_yticklabels(), found, strict=True):
            tick.set_color(paint[each.operator] if each.operator != "seed" else QUIET)
            tick.set_fontweight("bold")
        left.invert_yaxis()
        left.set(
            title=f"{label(name_problem(header.problem, header.instance))} · what operators brought",
            xlabel="share of its tickets",
        )
        canvas.legend(loc="outside lower left", ncols=len(ENDS))
    return Figure(canvas=canvas, says=_say(header.id, found))


def _say(run: str, found: Sequence[Yield]) -> str:
    rows = [
        f"{_name(each)}: {each.tickets} tickets, {each.ends['record']} records, gain {each.gain:.4g}" for each in found
    ]
    return f"What the operators of run {run} brought. {'; '.join(rows)}."


def _name(each: Yield) -> str:
    return label(f"{each.operator} · {each.llm}" if each.llm else each.operator, most=32)


def _bars(axes: Axes, found: Sequence[Yield]) -> None:
    places, done = list(range(len(found))), [0.0] * len(found)
    for end, shade in zip(ENDS, _SHADES, strict=True):
        shares = [each.ends[end] / each.tickets for each in found]
        axes.barh(places, shares, left=done, color=shade, height=0.72, label=end, edgecolor="white", linewidth=0.5)
        done = [before + share for before, share in zip(done, shares, strict=True)]
    for place, each in zip(places, found, strict=True):
        axes.annotate(
            str(each.tickets),
            (1, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            color=QUIET,
        )
    axes.set_xlim(0, 1)
    axes.set_xticks(_SHARES, [percent(share, 1) for share in _SHARES])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _figures(axes: Axes, found: Sequence[Yield]) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, len(_COLUMNS))
    for column, name in enumerate(_COLUMNS):
        axes.text(column + 0.95, 1.02, name, ha="right", fontsize=8, color=QUIET, transform=axes.get_xaxis_transform())
    for place, each in enumerate(found):
        cells = [
            delta(each.gain) if each.gain else "-",
            f"{each.gain / each.cost_usd:.3g}" if each.cost_usd and each.gain else "-",
            f"{60 * each.gain / each.cpu_seconds:.3g}" if each.cpu_seconds and each.gain else "-",
        ]
        for column, cell in enumerate(cells):
            axes.text(column + 0.95, place, cell, ha="right", va="center", fontsize=8, color=INK)
    axes.axhline(-0.5, color=PALE, lw=0.8)
