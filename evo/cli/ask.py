"""`evo ask`: take tickets of a run for somebody outside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, cast

import typer

from evo.cli.options import RUNS, Json, Run, RunsDir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.canonical import JSON

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who asks or tells, as the log is to know them.")]
Wait = Annotated[float, typer.Option("--wait", min=0.0, max=3600.0, metavar="SECONDS", help="How long to wait.")]


def ask(
    run: Run = "@last",
    *,
    most: Annotated[int, typer.Option("-n", "--most", min=1, max=1000, metavar="K", help="How many, at most.")] = 1,
    by: By = "",
    wait: Wait = 30.0,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Take tickets of a run for somebody outside, with the programs to start from.

    Each is yours for its lease, and ends with `evo tell`, or as ABANDONED. A run that a process writes is asked through
    its service; one that lies still is taken up for the moment.
    """
    from evo.cli.streams import emit, note, write_lines
    from evo.store.reading.address import find_run
    from evo.wheel.remote import helm_of

    folder = find_run(runs_dir, run, note=note)
    found = asyncio.run(helm_of(folder).ask(most, by=by, wait=wait))
    if as_json:
        emit({"run": folder.name, "tickets": found})
    else:
        write_lines(line for ticket in found for line in _page(ticket, folder.name))
    if not found:
        note("No ticket waits for the outside now; what there is has been taken, or comes with the next commits.")
        raise typer.Exit(1)


def _page(ticket: dict[str, JSON], run: str) -> Iterator[str]:
    prompt = cast("dict[str, str]", ticket["prompt"])
    seconds = ticket["lease_seconds"]
    yield f"=== ticket {ticket['ticket']} of {run}{f', yours for {seconds:g} s' if seconds else ''} ==="
    yield ""
    yield prompt["system"].rstrip()
    yield ""
    yield prompt["user"].rstrip()
    yield ""
    yield f'=== evo tell {run} {ticket["ticket"]} FILE --why "..." ==='
    yield ""
