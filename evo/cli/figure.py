"""`evo figure`: one figure of a run, or of several, as a file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, RunsDir
from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.figures.figure import Figure
    from evo.figures.strip import Strip
    from evo.store.reading.view import RunView

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "progress": "best so far, every VALID program a dot",
        "bands": "best so far of several runs: medians and quartiles",
        "map": "the archive of each island",
        "lineage": "how a program came to be, back to the seeds",
        "operators": "how each operator's tickets ended, and what its gain cost",
        "costs": "what was spent on models and evaluations",
        "strip": "pictures from the seed to the best, side by side; .gif for one after another",
    }
)
_DEFAULTS = MappingProxyType({"--program": "@best"})
_USES = MappingProxyType(
    {
        "--island": ("map",),
        "--most": ("lineage", "strip"),
        "--program": ("lineage", "strip"),
        "--draw": ("strip",),
    }
)


def _complete_kind(incomplete: str) -> list[str]:
    return [name for name in KINDS if name.startswith(incomplete)]


def figure(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=f"One of {', '.join(KINDS)}.",
            autocompletion=_complete_kind,
        ),
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN]...",
            help="A run, @last by default; of bands several.",
            autocompletion=completion.complete_run,
        ),
    ] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Ends with .svg or .png; KIND.svg by default.")
    ] = None,
    program: Annotated[
        str, typer.Option("--program", metavar="PROGRAM", help="Of lineage and strip: a hash prefix, @seed, tN.")
    ] = "@best",
    island: Annotated[int | None, typer.Option("--island", min=0, metavar="N", help="Of map: this one alone.")] = None,
    most: Annotated[
        int | None, typer.Option("--most", min=2, metavar="N", help="Of lineage and strip: so many steps.")
    ] = None,
    draw: Annotated[
        bool, typer.Option("--draw", help="Of strip: have the problem draw what has no picture yet, in the sandbox.")
    ] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Draw a figure of a run into a file.

    Nothing of the problem is imported, unless --draw has its picture.py draw programs, in a judge's process.
    """
    from evo.cli.lookup import open_named
    from evo.cli.streams import note, write_lines
    from evo.store.reading.address import LAST

    runs = names or [LAST]
    _check(kind, runs, {"--island": island, "--most": most, "--draw": draw or None, "--program": program})
    path = output or Path(f"{kind}.{'png' if kind == 'strip' else 'svg'}")
    with ExitStack() as stack:
        views = [stack.enter_context(open_named(runs_dir, name)) for name in dict.fromkeys(runs)]
        if draw:
            draw_steps(views[0], program, most)
        drawing = _draw_figure(kind, views, program=program, island=island, most=most)
        drawing.save(path)
    note(drawing.says)
    write_lines([str(path)])


def _check(kind: str, runs: Sequence[str], given: Mapping[str, object]) -> None:
    """Refuse a kind that is not known, and what the kind has no use for."""
    if kind not in KINDS:
        raise UsageError(f"figure {kind!r}: no such kind{nearest(kind, KINDS)}; there are {', '.join(KINDS)}")
    if kind != "bands" and len(runs) > 1:
        raise UsageError(f"figure {kind}: expected one run; `evo figure bands` draws several")
    for option, value in given.items():
        if value is not None and value != _DEFAULTS.get(option) and kind not in _USES[option]:
            raise UsageError(f"{option}: goes with {' and '.join(_USES[option])}, not with {kind}")


def _draw_figure(
    kind: str, views: Sequence[RunView], *, program: str, island: int | None, most: int | None
) -> Figure | Strip:
    from evo import figures

    (view, *_) = views
    limit = {} if most is None else {"most": most}
    match kind:
        case "bands":
            return figures.bands(views)
        case "map":
            return figures.archive_map(view, island=island)
        case "lineage":
            return figures.lineage(view, program, **limit)
        case "strip":
            return figures.strip(view, program, **limit)
        case "operators":
            return figures.operators(view)
        case "costs":
            return figures.costs(view)
        case _:
            return figures.progress(view)


def draw_steps(view: RunView, program: str = "@best", most: int | None = None) -> None:
    """Have the problem draw those steps of a program's line that a strip shows and that have no picture yet."""
    import asyncio

    from evo.assemble.pictures import draw_pictures
    from evo.cli.streams import note
    from evo.figures.strip import MOST, strip_steps
    from evo.render.numbers import short

    programs = [step.program for step in strip_steps(view, program, most=most or MOST)]
    asyncio.run(draw_pictures(view.folder, programs, lambda drawn: note(f"drawn: {short(drawn)}")))
