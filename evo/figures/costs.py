"""Costs: what models were paid and what evaluations took, as it added up over the tickets."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from evo.figures.figure import MANY, OKABE_ITO, Axes, Figure, drawn, label, leading
from evo.render.numbers import duration
from evo.render.tables import name_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.store.reading.attempts import Attempt
    from evo.store.reading.view import RunView

_SIZE = (9.6, 3.4)
_SHADES = {"VALID": "#009E73", "INVALID": "#E69F00", "FAILED": "#D55E00"}


def costs(view: RunView) -> Figure:
    """Draw what was spent until each ticket: on models, by model, and on evaluations, by how they ended.

    Where nothing had a price, models are drawn by their tokens.
    """
    header, attempts = view.header, view.attempts()
    money = sum(charge.cost_usd for each in attempts for charge in each.charges)
    tokens = sum(charge.tokens for each in attempts for charge in each.charges)
    cpu = sum(each.cpu_seconds for each in attempts)
    kept = [*range(0, len(attempts), max(1, len(attempts) // MANY))]
    with drawn(*_SIZE) as canvas:
        left, right = canvas.subplots(1, 2)
        spent = _by_model(attempts, lambda cost, count: cost if money else count)
        _stack(left, attempts, spent, kept, {name: OKABE_ITO[i % len(OKABE_ITO)] for i, name in enumerate(spent)})
        left.set(
            title=f"{label(name_problem(header.problem, header.instance))} · models",
            ylabel="usd" if money else "tokens",
        )
        _stack(right, attempts, _by_end(attempts), kept, _SHADES)
        right.set(title="evaluations", ylabel="CPU seconds")
    paid = f"{money:.4g} usd and " if money else ""
    took = f"{tokens} tokens of models, {duration(cpu)} of CPU time for evaluations"
    says = f"Costs of run {header.id} over {len(attempts)} tickets: {paid}{took}."
    return Figure(canvas=canvas, says=says)


def _by_model(attempts: Sequence[Attempt], value: Callable[[float, int], float]) -> Mapping[str, list[float]]:
    sizes: Counter[str] = Counter()
    for each in attempts:
        for charge in each.charges:
            sizes[charge.model] += charge.tokens
    named = leading(sizes)
    found = {name: [0.0] * len(attempts) for name in sorted({*named.values()})}
    for place, each in enumerate(attempts):
        for charge in each.charges:
            found[named[charge.model]][place] += value(charge.cost_usd, charge.tokens)
    return found


def _by_end(attempts: Sequence[Attempt]) -> Mapping[str, list[float]]:
    return {
        end: [each.cpu_seconds if each.status == end else 0.0 for each in attempts]
        for end in _SHADES
        if any(each.status == end for each in attempts)
    }


def _stack(
    axes: Axes,
    attempts: Sequence[Attempt],
    spent: Mapping[str, Sequence[float]],
    kept: Sequence[int],
    paint: Mapping[str, str],
) -> None:
    sums = {name: [*accumulate(values)] for name, values in spent.items()}
    if kept and sums:
        at = [*kept, len(attempts) - 1]
        axes.stackplot(
            [attempts[place].ticket for place in at],
            [[values[place] for place in at] for values in sums.values()],
            labels=[label(name, most=32) for name in sums],
            colors=[paint[name] for name in sums],
            alpha=0.85,
            lw=0,
        )
        axes.legend(loc="upper left")
    else:
        axes.text(0.5, 0.5, "nothing spent", transform=axes.transAxes, ha="center")
    axes.set(xlabel="ticket")
    axes.set_ylim(bottom=0)
