"""A run under the eyes of a person: signals, the live view, and how it ends."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.cli.exit_codes import FAILED, INTERRUPTED, OK
from evo.cli.options import ENVIRONMENT, RUNS
from evo.cli.streams import keep_secret, note, write_lines
from evo.config.pack_run import load_run
from evo.errors import EvoError, NotFoundError, SpecError, UsageError
from evo.render import banner
from evo.render.live import LiveView
from evo.store.folder import BEST
from evo.store.reading.address import LAST, find_run
from evo.store.reading.view import open_run
from evo.wheel.service import attending

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from evo.search.loop import Search
    from evo.store.lock import RunLock

REPORT = f"{BEST}/report.html"
_REFRESH_SECONDS = 0.25
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def begin_run(
    config: str, settings: Sequence[str], *, runs_dir: Path, quiet: bool, require_target: bool = False
) -> tuple[int, Path | None]:
    """Begin a run and watch it to its end; return the exit code and the run's folder, None if there is none.

    Raises:
        UsageError: `require_target` of a config that has no `budget.target`.
    """
    try:
        spec = load_run(config, settings)
        if require_target and spec.budget.target is None:
            raise UsageError(f"--require-target: {config} has no budget.target; set one, --set budget.target=X")
        view = LiveView(sys.stdout, quiet=quiet)
        session = Session(view, address="", tail=_find_tail(runs_dir), require_target=require_target, quiet=quiet)
        code = asyncio.run(session.watch(start(spec, runs_dir=runs_dir, hide=keep_secret)))
    except (SpecError, NotFoundError) as error:
        hint = f" `evo check {shlex.quote(config)}` checks without running." if isinstance(error, SpecError) else ""
        error.add_note(f"Nothing was started.{hint}")
        raise
    return code, session.folder


def resume_run(
    run: str,
    settings: Sequence[str],
    *,
    runs_dir: Path,
    quiet: bool,
    lock: RunLock | None = None,
    abandon: Sequence[int] = (),
    require_target: bool = False,
) -> int:
    """Go on with a run and watch it to its end; return the exit code.

    Args:
        run: as named on the command line.
        settings: "dotted.key=value" each.
        runs_dir: where runs lie.
        quiet: show nothing until the end.
        lock: held already where the run could be told at a glance.
        abandon: tickets to commit as failed.
        require_target: fail unless the run reaches its `budget.target`.
    """
    folder = lock.folder if lock else find_run(runs_dir, run, note=note)
    address = "" if run == LAST else run
    view = LiveView(sys.stdout, quiet=quiet)
    tail = _find_tail(runs_dir)
    session = Session(view, address=address, tail=tail, require_target=require_target, quiet=quiet)
    return asyncio.run(session.watch(resume(folder, settings, abandon=abandon, hide=keep_secret, lock=lock)))


def _find_tail(runs_dir: Path) -> str:
    """Return what later commands need to find the run: nothing where the default or the environment says it."""
    known = {RUNS, Path(os.environ.get(ENVIRONMENT) or RUNS)}
    return "" if runs_dir in known else f" --runs-dir {shlex.quote(str(runs_dir))}"


class Session:
    """One search, watched until it ends or is stopped.

    Args:
        view: shows it.
        address: how the run is addressed, "" when it is `@last`.
        tail: options that later commands need to find it, "" for none.
        require_target: whether a run that does not reach its target has failed.
        quiet: whether the view shows nothing, so that what has to be said goes beside the data.
    """

    def __init__(
        self, view: LiveView, *, address: str, tail: str, require_target: bool = False, quiet: bool = False
    ) -> None:
        self._view, self._address, self._tail = view, address, tail
        self._say_aside = note if quiet else partial(view.say, style="yellow")
        self._require_target = require_target
        self._search: Search | None = None
        self._task: asyncio.Task[int] | None = None
        self._signals = self._noticed = 0

    @property
    def folder(self) -> Path | None:
        """Where the run lies, None if it did not begin."""
        return self._search.folder if self._search else None

    async def watch(self, opening: AbstractAsyncContextManager[Search]) -> int:
        """Open a search and show it until it ends or is stopped; return the exit code."""
        self._task = asyncio.current_task()
        self._listen()
        ticking = asyncio.create_task(self._tick())
        try:
            async with opening as search:
                self._search = search
                if self._signals:
                    search.drain()
                self._view.begin(search)
                async with attending(search):
                    async for commit in search:
                        self._view.commit(commit)
                self._view.end()
        except asyncio.CancelledError:
            return self._cancelled()
        finally:
            ticking.cancel()
            self._view.end()
        return self._report(search)

    async def _tick(self) -> None:
        while True:
            self._view.tick()
            self._tell_notices()
            await asyncio.sleep(_REFRESH_SECONDS)

    def _tell_notices(self) -> None:
        """Say what went wrong beside the run, each thing once."""
        found = self._search.notices if self._search else []
        for notice in found[self._noticed :]:
            self._say_aside(notice)
        self._noticed = len(found)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for each in _SIGNALS:
            # Under nohup the terminal's end is ignored already, and is to stay so.
            if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
                loop.add_signal_handler(each, self._stop)

    def _stop(self) -> None:
        """Drain at the first signal, stop at the second; a search that is not there yet is drained when it comes."""
        self._signals += 1
        if self._signals > 1 and self._task is not None:
            self._task.cancel()
            return
        if self._search is not None:
            self._search.drain()
        # After a hang-up nobody is left to read this.
        with suppress(OSError):
            note("Stopping: what is in flight is finished and kept. Once more stops at once.")

    def _cancelled(self) -> int:
        self._tell_notices()
        with suppress(OSError):
            note(
                f"Stopped at once; every commit is kept. {self._go_on()}" if self._search else "Stopped; not begun yet."
            )
        return INTERRUPTED

    def _go_on(self) -> str:
        return f"Go on with: evo resume {self._address or LAST}{self._tail}"

    def _report(self, search: Search) -> int:
        self._tell_notices()
        if search.run_state == "interrupted":
            with suppress(OSError):
                note(f"Interrupted after {search.state.seq + 1} commits; all of them are kept. {self._go_on()}")
                self._say(search)
            return INTERRUPTED
        if search.run_state == "paused":
            with open_run(search.folder) as view:
                cost = float(str(view.status()["cost_usd"]))
            for line in banner.paused(search, cost_usd=cost, run=self._address, tail=self._tail, pause=search.pause):
                note(line)
        done = search.run_state == "finished" and search.state.best is not None
        if done:
            search.best_files = [*search.best_files, *_tell_story(search.folder)]
        self._say(search)
        return OK if done and not (self._require_target and self._missed(search)) else FAILED

    def _missed(self, search: Search) -> bool:
        """Tell whether the run has not reached its target, and say so."""
        target, best = search.budget.target, search.state.best
        if target is None or (best and not search.state.direction.better(target, best.objective)):
            return False
        note(f"budget.target {target:.10g} was not reached, which --require-target asks for.")
        return True

    def _say(self, search: Search) -> None:
        write_lines(
            [
                "",
                *banner.ending(search),
                *banner.next_commands(search, run=self._address, tail=self._tail, pause=search.pause),
            ]
        )


def _tell_story(folder: Path) -> list[Path]:
    """Write the report of a run that is finished; that there is no room for one is no reason to fail."""
    from evo.web.report import write_report

    path = folder / REPORT
    try:
        write_report(path, [folder], figures=False)
    except (OSError, EvoError) as error:
        note(f"No report was written: {error}")
        return []
    return [path]
