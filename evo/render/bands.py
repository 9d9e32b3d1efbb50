"""Best-so-far curves of several runs a kind, as medians with bands between the quartiles, in one PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evo.render.tables import name_problem
from evo.stats.curve import band

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.stats.panels import Panel

_DPI = 120
_PANEL = (5.6, 4.2)
_SETTLED = 0.1
"""The share of the evaluations after which a curve's values set the scale: the climb before would flatten the rest."""


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Draw the panels side by side; equal figures are equal files.

    Args:
        panels: at least one.
        path: of the PNG; its folder is made if need be.
    """
    # Drawn on a canvas of its own, no window system is ever looked for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    figure: Any = Figure(figsize=(_PANEL[0] * len(panels), _PANEL[1]), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    for panel, axes in zip(panels, figure.subplots(1, len(panels), squeeze=False)[0], strict=True):
        _paint(axes, panel)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})


def _paint(axes: Any, panel: Panel) -> None:  # noqa: ANN401 - matplotlib has no types
    settled: list[float] = []
    for number, (name, runs) in enumerate(panel.kinds.items()):
        rows = band(runs)
        if not rows:
            continue
        at, low, middle, high = zip(*rows, strict=True)
        axes.plot(at, middle, color=f"C{number}", lw=1.5, label=name, drawstyle="steps-post")
        axes.fill_between(at, low, high, color=f"C{number}", alpha=0.18, lw=0, step="post")
        settled += [value for row in rows if row[0] >= _SETTLED * rows[-1][0] for value in row[1:]]
    for target in panel.targets:
        axes.axhline(target, color="grey", ls=":", lw=1)
    if settled and min(settled) < max(settled):
        room = 0.05 * (max(settled) - min(settled))
        axes.set_ylim(min(settled) - room, max(settled) + room)
    axes.set(title=name_problem(panel.problem, panel.instance), xlabel="evaluations", ylabel=panel.unit or "objective")
    axes.grid(alpha=0.3)
    if len(panel.kinds) > 1:
        axes.legend(fontsize=8)
