"""`evo compare`: several runs side by side, and those of one kind together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.stats.run_figures import RunFigures
    from evo.store.reading.view import RunView


def compare(
    names: Annotated[
        list[str],
        typer.Argument(metavar="RUN...", help="Runs, each as elsewhere.", autocompletion=completion.complete_run),
    ],
    *,
    target: Annotated[
        list[float] | None, typer.Option("--target", metavar="X", help="An objective to reach; may be repeated.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", metavar="PNG", help="Draw best-so-far curves with quartiles.")
    ] = None,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Compare several runs: best, cost, evaluations and cost to a target, with medians and quartiles."""
    from evo.cli.streams import emit, note
    from evo.render import bands, comparison, console
    from evo.stats.groups import compare_runs
    from evo.stats.panels import make_panels
    from evo.store.reading.address import find_run

    targets = target or ()
    runs = gather_runs([*dict.fromkeys(find_run(runs_dir, name, note=note) for name in names)])
    if figure is not None:
        bands.draw(make_panels(runs, targets), figure)
        note(f"Figure: {figure}")
    data = compare_runs(runs, targets)
    if as_json:
        emit(data)
    else:
        console.show(comparison.comparison(data))


def gather_runs(folders: Sequence[Path]) -> list[RunFigures]:
    """Read the figures of the runs in some folders."""
    from evo.store.reading.view import open_run

    runs: list[RunFigures] = []
    for folder in folders:
        with open_run(folder) as view:
            runs.append(_gather_run(view))
    return runs


def _gather_run(view: RunView) -> RunFigures:
    from evo.config.gist import gist_of
    from evo.records import Direction, Purpose
    from evo.stats import insight_effect
    from evo.stats.run_figures import RunFigures

    data: dict[str, Any] = view.status()
    gist = gist_of(view.header.spec, str(view.folder))
    asks = gist is not None and gist.insights
    return RunFigures(
        **{name: data[name] for name in ("run", "problem", "instance", "unit", "seed", "state")},
        **{name: data[name] for name in ("evaluations", "valid", "seconds", "cost_usd")},
        direction=Direction(data["direction"]),
        strategy=gist.strategy if gist else None,
        kind=gist.kind if gist else None,
        best=data["best"]["objective"] if data["best"] else None,
        scores=view.scores(),
        costs=view.costs(),
        target=gist.target if gist else None,
        insights=insight_effect.asked(view.answers(Purpose.INSIGHT)) if asks else None,
        tried=insight_effect.tried(view.commits(), view.direction) if asks else (),
    )
