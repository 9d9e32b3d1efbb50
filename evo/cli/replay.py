"""`evo replay`: a run verified from its own records."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, Json, Run, RunsDir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from evo.audit.verify import Verified

_EVERY_SECONDS = 3.0
_TICKETS_SHOWN = 12


def replay(
    run: Run = "@last",
    *,
    execute: Annotated[
        bool, typer.Option("--execute", help="Run it again on its stored answers: no model is asked, no key needed.")
    ] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Verify a run from its own records: every hash, reference and placement."""
    from evo.assemble.grounds import changes
    from evo.assemble.replay import verified
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, write_lines

    with open_named(runs_dir, run) as view:
        name, changed = view.header.id, () if execute else changes(view.header, view.tree())
        found = _execute_again(view.folder) if execute else verified(view, _make_progress("verified"))
    differs = found.difference
    level = "fold" if found.folded else "chain"
    if as_json:
        emit(
            {
                "run": name,
                "ok": differs is None,
                "commits": found.commits,
                "events": found.events,
                "hash": found.hash,
                "checked": "execution" if execute else level,
                "why": found.why,
                "differs": asdict(differs) if differs else None,
                "changed": list(changed),
                "read_otherwise": list(found.otherwise),
            }
        )
    else:
        write_lines([*_tell_found(name, found, execute=execute), *_tell_changed(changed)])
    raise typer.Exit(1 if differs else 0)


def _tell_found(name: str, found: Verified, *, execute: bool) -> Iterator[str]:
    checked = "hashes, references and placements" if found.folded else "hashes and references"
    if execute:
        checked = "tickets, prompts, answers, evaluations and placements made again"
    yield f"{name}: {found.commits} commits verified ({checked}), log hash {found.hash}"
    if not found.folded:
        yield f"Placements were not folded again: {found.why}."
    if found.otherwise:
        tickets = ", ".join(str(ticket) for ticket in found.otherwise[:_TICKETS_SHOWN])
        more = f" and {len(found.otherwise) - _TICKETS_SHOWN} more" if len(found.otherwise) > _TICKETS_SHOWN else ""
        yield (
            f"{len(found.otherwise)} answers would be read otherwise by this version's grammar than by the run's, and "
            f"count as recorded: tickets {tickets}{more}"
        )
    if differs := found.difference:
        ticket = "" if differs.ticket is None else f" (ticket {differs.ticket})"
        entry = f"Commit {differs.seq}{ticket}" if differs.event is None else f"Event {differs.event}"
        yield f"{entry} differs: {differs.reason}"


def _tell_changed(changed: Sequence[str]) -> Iterator[str]:
    if changed:
        yield "What its results stand on is not what it was, so that `--execute` and `evo resume` refuse it:"
        yield from (f"  {each}" for each in changed)


def _execute_again(folder: Path) -> Verified:
    from evo.assemble.replay import executing

    async def whole() -> Verified:
        async with executing(folder) as execution:
            return await execution.run(_make_progress("made again"))

    return asyncio.run(whole())


def _make_progress(what: str) -> Callable[[int, int], None]:
    """Return what says now and then how far a long log is."""
    from evo.cli.streams import note

    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _EVERY_SECONDS:
            said = time.monotonic()
            note(f"{done} of {total} commits {what}")

    return tell
