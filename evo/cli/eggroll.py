"""`evo eggroll bench`: the claims of low-rank evolution strategies, in miniature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.eggroll.bench.claims import Claim

eggroll = typer.Typer(
    name="eggroll",
    help="EGGROLL, low-rank evolution strategies: the claims in miniature.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@eggroll.callback()
def group() -> None:
    """EGGROLL, low-rank evolution strategies: the claims in miniature."""


@eggroll.command()
def bench(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Smaller sizes: a few seconds.")] = False,
    as_json: Json = False,
    figures: Annotated[Path | None, typer.Option("--figures", metavar="DIR", help="Draw them as PNG there.")] = None,
) -> None:
    """Measure each claim in miniature: what was claimed, what was seen, and whether it holds."""
    from evo.cli.streams import emit, note, write_lines
    from evo.eggroll.bench import bench_in_child, failed

    def progress(what: str, done: int, total: int) -> None:
        note(f"[{done}/{total}] {what}")

    claims = bench_in_child(quick=quick, progress=progress)
    if figures is not None:
        from evo.figures.eggroll_bench import draw

        for path in draw(claims, figures):
            note(str(path))
    if as_json:
        emit([claim.plain() for claim in claims])
    else:
        write_lines(text for claim in claims for text in _tell_claim(claim))
    raise typer.Exit(1 if failed(claims) else 0)


def _tell_claim(claim: Claim) -> Iterator[str]:
    yield f"{claim.verdict.upper():6} {claim.key}: {claim.says} ({claim.where})"
    yield f"       {claim.miniature}, {claim.cpu_seconds:.1f} CPU s"
    for check in claim.checks:
        bounds = [
            f">= {check.low:g}" if check.low is not None else "",
            f"<= {check.high:g}" if check.high is not None else "",
        ]
        wanted = " and ".join(bound for bound in bounds if bound)
        yield f"       {check.verdict:6} {check.label}: {check.value:.4g}" + (f" (expected {wanted})" if wanted else "")
