"""Best so far: every VALID program as a dot at its ticket, and the line of the best until then."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evo.config.gist import gist_of
from evo.config.objective_name import find_objective_name, label_objective
from evo.figures.figure import INK, MANY, QUIET, Axes, Figure, colours, drawn, label, leading
from evo.render.numbers import objective, with_unit
from evo.render.tables import name_problem
from evo.stats.curve import bests
from evo.stats.quartiles import quartiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.records import Direction
    from evo.store.reading.attempts import Attempt
    from evo.store.reading.view import RunView

_SIZE = (7.2, 4.0)
_SETTLED = 0.1
_ROOM = 0.06
_LEGEND = 2.5


def progress(view: RunView) -> Figure:
    """Draw a run's best objective so far over its tickets, with a dot for every VALID program, by its operator.

    A program that was not VALID is a tick at the foot. Dots far below the rest are left out, and counted.
    """
    header, direction, attempts = view.header, view.direction, view.attempts()
    gist = gist_of(header.spec, str(view.folder))
    target = gist.target if gist else None
    with drawn(*_SIZE) as canvas:
        axes: Axes = canvas.subplots()
        curve = list(bests([each.objective for each in attempts], direction))
        tickets = [each.ticket for each in attempts]
        out = _set_scale(axes, attempts, [best for best in curve if best is not None], direction)
        _dots(axes, attempts)
        if target is not None:
            axes.axhline(target, color=QUIET, ls=":", lw=1, zorder=1)
            axes.annotate(
                f"target {objective(target)}",
                (1, target),
                xycoords=("axes fraction", "data"),
                xytext=(-2, 2),
                textcoords="offset points",
                ha="right",
                fontsize=7,
                color=QUIET,
            )
        found = [(ticket, best) for ticket, best in zip(tickets, curve, strict=True) if best is not None]
        axes.plot(
            *zip(*found, strict=True) if found else ([], []),
            color=INK,
            lw=1.6,
            drawstyle="steps-post",
            label="best so far",
        )
        axes.set(
            title=f"{label(name_problem(header.problem, header.instance))} · best so far",
            xlabel="ticket" + out,
            ylabel=label(label_objective(find_objective_name(header.spec, header.id), header.unit)),
        )
        canvas.legend(loc="outside lower left", ncols=6, markerscale=_LEGEND if len(attempts) > MANY else 1)
    best = found[-1][1] if found else None
    return Figure(canvas=canvas, says=_say(header.id, attempts, best, header.unit))


def _say(run: str, attempts: Sequence[Attempt], best: float | None, unit: str) -> str:
    valid = sum(each.objective is not None for each in attempts)
    end = f"the best is {with_unit(best, unit)}" if best is not None else "no program is VALID"
    return f"Best objective so far of run {run}: {len(attempts)} tickets, {valid} of them VALID; {end}."


def _dots(axes: Axes, attempts: Sequence[Attempt]) -> None:
    named = leading(Counter(each.operator for each in attempts))
    many = len(attempts) > MANY
    for operator, colour in colours(named.values()).items():
        dots = [
            (each.ticket, each.objective)
            for each in attempts
            if named[each.operator] == operator and each.objective is not None
        ]
        if dots:
            axes.scatter(
                *zip(*dots, strict=True),
                s=5 if many else 14,
                color=colour,
                alpha=0.75,
                lw=0,
                zorder=3,
                label=label(operator, most=24),
                rasterized=many,
            )
    failed = [each.ticket for each in attempts if each.status is not None and each.objective is None]
    if failed:
        axes.plot(
            failed,
            [0.012] * len(failed),
            "|",
            color=QUIET,
            ms=5,
            mew=0.6,
            alpha=0.6,
            transform=axes.get_xaxis_transform(),
            label="not VALID",
            rasterized=many,
        )


def _set_scale(axes: Axes, attempts: Sequence[Attempt], curve: Sequence[float], direction: Direction) -> str:
    """Set the scale by the curve and the better half of the dots; return what is to be said of those left out.

    The climb of the first programs and a few bad ones would flatten all the rest.
    """
    scores = [each.objective for each in attempts if each.objective is not None]
    if not scores:
        return ""
    low, middle, high = quartiles(scores)
    settled = curve[int(len(curve) * _SETTLED) :]
    worst = min(middle, low, *settled) if direction == "maximize" else max(middle, high, *settled)
    best = curve[-1]
    room = _ROOM * abs(best - worst) or abs(best) * _ROOM or 1.0
    bottom, top = min(best, worst) - room, max(best, worst) + room
    # The foot is kept free for what was not VALID.
    axes.set_ylim(bottom - room, top)
    beyond = sum(not bottom - room <= score <= top for score in scores)
    return f"   ({beyond} of {len(scores)} dots lie outside)" if beyond else ""
