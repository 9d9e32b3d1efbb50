"""What the verbs do that ask whether a run is whole."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from evo.audit.verify import verify
from evo.cli.streams import emit, lines, note
from evo.cli.surveying import opened
from evo.errors import EvoError
from evo.render.console import show as draw
from evo.render.tables import listing
from evo.store import recover as recovering
from evo.store.reading.address import find_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evo.audit.verify import Verified

_EVERY_SECONDS = 3.0


def replay(runs_dir: Path, run: str, *, execute: bool, as_json: bool) -> int:
    """`evo replay`; returns the exit code."""
    with opened(runs_dir, run) as view:
        name = view.header.id
        found = _executed(view.folder) if execute else verify(view, _progress("verified"))
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
            }
        )
    else:
        checked = "hashes, references and placements" if found.folded else "hashes and references"
        if execute:
            checked = "tickets, prompts, answers, evaluations and placements made again"
        said = [f"{name}: {found.commits} commits verified ({checked}), log hash {found.hash}"]
        if not found.folded:
            said.append(f"Placements were not folded again: {found.why}.")
        if differs:
            ticket = "" if differs.ticket is None else f" (ticket {differs.ticket})"
            name = f"Commit {differs.seq}{ticket}" if differs.event is None else f"Event {differs.event}"
            said.append(f"{name} differs: {differs.reason}")
        lines(said)
    return 1 if differs else 0


def recover(runs_dir: Path, run: str, target: Path, *, as_json: bool) -> int:
    """`evo recover`; returns the exit code: 1 if anything was lost."""
    source = find_run(runs_dir, run, note=note)
    try:
        found = recovering.recover(source, target, lambda table: note(f"reading {table}"))
    except OSError as error:
        raise EvoError(f"{target}: cannot be written ({error.strerror}); name another folder") from error
    whole = not any(each.unreadable or each.refused or each.problem for each in found)
    if as_json:
        emit({"source": str(source), "target": str(target), "whole": whole, "tables": [asdict(each) for each in found]})
    else:
        rows = [[e.table, str(e.saved), str(e.unreadable), str(e.refused), e.problem] for e in found]
        draw(listing(["table", "rows saved", "stretches lost", "rows refused", ""], rows))
    note(
        f"{target}: {'everything was' if whole else 'what could be'} saved; `evo replay {target}` says how far it holds"
    )
    return 0 if whole else 1


def _executed(folder: Path) -> Verified:
    from evo.assemble.replay import executing  # noqa: PLC0415 - it loads the problem; verifying alone loads nothing

    async def whole() -> Verified:
        async with executing(folder) as execution:
            return await execution.run(_progress("made again"))

    return asyncio.run(whole())


def _progress(what: str) -> Callable[[int, int], None]:
    """Return what says now and then how far a long log is."""
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _EVERY_SECONDS:
            said = time.monotonic()
            note(f"{done} of {total} commits {what}")

    return tell
