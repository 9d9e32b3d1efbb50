"""Runs that clients begin: each a process of its own, within the money that the server's owner set for all of them.

A run is begun with an estimate that the client has seen, and has at most what is left: what runs that go on may still
spend is set aside, what ended runs have spent is gone. When the server ends, its runs are asked to finish what is in
flight; `evo resume` goes on with them.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from evo.assemble.estimate import estimated
from evo.canonical import canonical, fingerprint
from evo.config.pack_run import load_run
from evo.errors import ConflictError, EvoError, UsageError
from evo.render.estimate import data
from evo.store.reading.address import run_folders
from evo.store.reading.view import open_run
from evo.wheel.remote import ADDRESS

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence
    from pathlib import Path

    from evo.canonical import JSON

_BEGIN_SECONDS, _STOP_SECONDS, _LOOK_SECONDS = 60.0, 30.0, 0.1
_SAID_BYTES = 4000
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a run would cost at most, and what names that it was seen.

    Attributes:
        settings: "dotted.key=value" each.
        usd: at most; None where nothing bounds it.
        said: the estimate as plain data.
        approval: what `begin` asks for.
    """

    settings: tuple[str, ...]
    usd: float | None
    said: dict[str, JSON]
    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    folder: Path
    process: Process
    usd: float
    log: IO[bytes]


def offer(config: str, settings: Sequence[str], runs_dir: Path) -> Offer:
    """Return what a run would cost; nothing is started and nobody is contacted.

    Raises:
        NotFoundError, SpecError: declared files that do not exist or do not fit together.
    """
    found = estimated(load_run(config, settings), runs_dir)
    said = data(found)
    approval = fingerprint(canonical([config, [*settings], found.usd]))[:16]
    return Offer(settings=tuple(settings), usd=found.usd, said=said, approval=approval)


class RunLauncher:
    """Begins runs and stops them. Use from one event loop, and close it.

    Args:
        runs_dir: where runs lie.
        max_usd: what all of them may cost together.
    """

    def __init__(self, runs_dir: Path, max_usd: float) -> None:
        self._runs_dir, self._max_usd = runs_dir, max_usd
        self._begun: list[_Begun] = []
        self._turn = asyncio.Lock()

    def left(self) -> float:
        """Return what may still be spent, usd."""
        return max(0.0, self._max_usd - sum(_taken(each) for each in self._begun))

    async def begin(self, config: str, settings: Sequence[str], approval: str) -> Path:
        """Begin a run whose estimate was seen; return its folder.

        Raises:
            ConflictError: the estimate is another one than was seen, or costs more than is left.
            EvoError: the run did not begin; says what its process said.
        """
        async with self._turn:
            seen = await asyncio.to_thread(offer, config, settings, self._runs_dir)
            if seen.approval != approval:
                raise ConflictError(
                    f"approval {approval!r:.40} is not that of this run; the tool estimate gives it, with what the run "
                    "costs at most"
                )
            self._check_room()
            usd = self._afford(seen)
            # Whatever is asked of the run later, this is never passed.
            bound = [f"budget.usd={usd!r}"] if usd > 0 else []
            words = ["run", config, *(word for each in (*settings, *bound) for word in ("--set", each))]
            return await self._launch(words, usd)

    def _check_room(self) -> None:
        living = [each for each in self._begun if each.process.returncode is None]
        if len(living) >= _AT_ONCE:
            names = ", ".join(each.folder.name for each in living)
            raise ConflictError(f"{len(living)} runs of this server go on already ({names}); stop one of them first")

    def _afford(self, seen: Offer) -> float:
        left = self.left()
        if seen.usd is None:
            raise ConflictError(
                "nothing bounds what this run costs, so it is not begun; expected `usd`, or tickets and prices of its "
                f"models. {left:.4g} usd are left"
            )
        if seen.usd > left:
            raise ConflictError(
                f"this run costs up to {seen.usd:.4g} usd, and {left:.4g} usd are left of what this server's owner "
                f"allows; with `usd` of at most {left:.4g} a run ends there"
            )
        return seen.usd

    async def _launch(self, words: Sequence[str], usd: float) -> Path:
        before = {*run_folders(self._runs_dir)}
        log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        said = [sys.executable, "-m", "evo", *words, "--quiet", "--runs-dir", str(self._runs_dir)]
        process = await asyncio.create_subprocess_exec(
            *said, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        ended = asyncio.get_running_loop().time() + _BEGIN_SECONDS
        while asyncio.get_running_loop().time() < ended:
            over = process.returncode is not None
            folder = await asyncio.to_thread(self._find, before, process.pid, over)
            if folder:
                self._begun.append(_Begun(folder=folder, process=process, usd=usd, log=log))
                return folder
            if over:
                raise EvoError(f"the run did not begin: {_tail(log)}")
            await asyncio.sleep(_LOOK_SECONDS)
        process.kill()
        await process.wait()
        raise EvoError(f"the run did not begin within {_BEGIN_SECONDS:g} s: {_tail(log)}")

    def _find(self, before: set[Path], pid: int, over: bool) -> Path | None:  # noqa: FBT001 - as it came
        """Return the new folder whose run a process writes, or has written."""
        for folder in run_folders(self._runs_dir):
            if folder in before:
                continue
            with suppress(OSError, ValueError):
                told: object = json.loads((folder / ADDRESS).read_text(encoding="utf-8"))
                if isinstance(told, dict) and told.get("pid") == pid:  # pyright: ignore[reportUnknownMemberType]
                    return folder
            if over:
                return folder
        return None

    async def stop(self, folder: Path) -> str:
        """Stop a run that this server has begun: what is in flight is finished and kept. Return its state.

        Raises:
            UsageError: it is none of them.
        """
        begun = next((each for each in self._begun if each.folder == folder), None)
        if begun is None:
            raise UsageError(
                f"{folder.name} was not begun by this server; steer it to pause (the tool steer, with do: pause)"
            )
        await _end(begun.process)
        with open_run(folder) as view:
            return view.state()

    async def close(self) -> None:
        """Stop every run that goes on."""
        await asyncio.gather(*(_end(each.process) for each in self._begun))
        for each in self._begun:
            each.log.close()


def _taken(begun: _Begun) -> float:
    """Return what a run has taken of the money: all that it may spend while it goes on, else what it spent."""
    if begun.process.returncode is None:
        return begun.usd
    with open_run(begun.folder) as view:
        return float(str(view.status()["cost_usd"]))


async def _end(process: Process) -> None:
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)


def _tail(log: IO[bytes]) -> str:
    log.seek(0, 2)
    log.seek(max(0, log.tell() - _SAID_BYTES))
    said = log.read().decode(errors="replace").strip()
    log.close()
    return said or "its process said nothing"
