"""Bands over runs: the best so far of several runs a kind, as medians with bands between the quartiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.config.objective_name import label_objective
from evo.errors import NotFoundError
from evo.figures.figure import OKABE_ITO, QUIET, Axes, Figure, drawn, label
from evo.render.numbers import objective
from evo.render.tables import name_problem
from evo.stats.curve import band
from evo.stats.panels import make_panels
from evo.stats.run_figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evo.stats.panels import Panel
    from evo.store.reading.view import RunView

_PANEL = (5.6, 4.2)
_SETTLED = 0.1
"""The share of the evaluations after which a curve's values set the scale: the climb before would flatten the rest."""


def bands(views: Iterable[RunView], *, targets: Sequence[float] = ()) -> Figure:
    """Draw the best so far of several runs: a panel for each problem, a median and a band for each kind of run.

    Args:
        views: runs of any problems.
        targets: objectives to reach, drawn as lines.
    """
    return draw_panels(make_panels([figures_of(view) for view in views], targets))


def draw_panels(panels: Sequence[Panel]) -> Figure:
    """Draw panels side by side.

    Raises:
        NotFoundError: there are none.
    """
    if not panels:
        raise NotFoundError("no runs to draw; expected one or more")
    with drawn(_PANEL[0] * len(panels), _PANEL[1]) as canvas:
        said = [
            _paint(axes, panel)
            for panel, axes in zip(panels, canvas.subplots(1, len(panels), squeeze=False)[0], strict=True)
        ]
    return Figure(canvas=canvas, says=f"Best so far, medians and quartiles. {' '.join(said)}")


def _paint(axes: Axes, panel: Panel) -> str:
    """Draw one panel; return what it shows."""
    settled: list[float] = []
    said: list[str] = []
    for number, (name, runs) in enumerate(panel.kinds.items()):
        rows = band(runs)
        if not rows:
            continue
        at, low, middle, high = zip(*rows, strict=True)
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        axes.plot(at, middle, color=colour, lw=1.6, label=f"{label(name)} ({len(runs)})", drawstyle="steps-post")
        axes.fill_between(at, low, high, color=colour, alpha=0.18, lw=0, step="post")
        settled += [value for row in rows if row[0] >= _SETTLED * rows[-1][0] for value in row[1:]]
        said.append(f"{name}, {len(runs)} runs: median {objective(middle[-1])} after {at[-1]} evaluations")
    for target in panel.targets:
        axes.axhline(target, color=QUIET, ls=":", lw=1)
    if settled and min(settled) < max(settled):
        room = 0.05 * (max(settled) - min(settled))
        axes.set_ylim(min(settled) - room, max(settled) + room)
    problem = label(name_problem(panel.problem, panel.instance))
    axes.set(title=problem, xlabel="evaluations", ylabel=label(label_objective(panel.objective, panel.unit)))
    if len(panel.kinds) > 1:
        axes.legend()
    return f"{problem}: {'; '.join(said) or 'no VALID program'}."
