"""From a task to a process under way, and to its end: scratch directory, task file, pipes, fork, watch, clean-up."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evo.errors import InfraError
from evo.execute import scratch
from evo.execute.executor import TaskResult
from evo.execute.inside import layers
from evo.execute.plain import plain
from evo.execute.sandbox import Tier
from evo.execute.spawn import TRUTHS
from evo.execute.verdict import Observation, Verdict
from evo.execute.watch import Pipes, Watch
from evo.execute.zygote_pool import ZygotePool
from evo.text import normalise_detail

if TYPE_CHECKING:
    from pathlib import Path

    from evo.execute.executor import Grants, Task
    from evo.execute.zygote_pool import Exit, Run, Zygote


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """What one candidate occupies until it is over."""

    zygote: Zygote
    run: Run
    watch: Watch
    task_fd: int
    scratch: Path
    steps: bool

    @property
    def listener(self) -> int:
        """A socket that listens in its network, the zygote's; -1 for none."""
        return self.zygote.listener


class Launcher:
    """Starts candidates and takes back what they occupied.

    Args:
        tier: the isolation to put around them.
        proxied: whether something listens in their network; see `Flight.listener`.
    """

    def __init__(self, tier: Tier, *, proxied: bool = False) -> None:
        self._tier = tier
        self._numbers = itertools.count()
        self._zygotes = ZygotePool(tier, proxied=proxied)
        self._endings: set[asyncio.Task[Any]] = set()
        self._roots: dict[bool, Path] = {}

    async def launch(self, task: Task, questions: int | None = None, *, attended: bool = False) -> Flight:
        """Start a process for a task.

        Args:
            task: what it is to run.
            questions: the pipe that it reads questions from, where a judge calls it; stays the caller's.
            attended: whether its command is a program at work (`inside.attendant`), which asks, and no judge calls it.

        Raises:
            InfraError, OSError: the machine failed.
        """
        zygote = await self._zygotes.warm(task.imports, _hidden(task), _straight(task.grants))
        number = next(self._numbers)
        # A name that tells nobody how many there were before.
        folder = self._root_folder(executable=task.command is not None) / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        laid = await self._lay(task, folder)
        task_fd = self._task_file(task, str(folder), attended=attended)
        try:
            pipes = Pipes.open()
        except OSError:
            os.close(task_fd)
            raise
        try:
            further = () if questions is None else (questions,)
            run = zygote.fork(number, (task_fd, *pipes.writes, *further))
        except InfraError:
            for fd in (task_fd, *pipes.reads):
                os.close(fd)
            raise
        finally:
            for fd in pipes.writes:
                os.close(fd)
        looked_at = None if self._tier is Tier.NONE else str(folder)
        watch = Watch(run=run, reads=pipes.reads, limits=task.limits, scratch=looked_at, held=laid)
        steps = task.command is not None
        return Flight(zygote=zygote, run=run, watch=watch, task_fd=task_fd, scratch=folder, steps=steps)

    async def follow(self, flight: Flight) -> Observation:
        """Wait for a reason to end the process, then end it; also when cancelled.

        Raises:
            InfraError: how it ended cannot be known.
        """
        try:
            await asyncio.shield(flight.watch.cause)
        finally:
            seen = await self.finish(flight)
        return seen

    async def finish(self, flight: Flight) -> Observation:
        """End the process and take back what it occupied.

        Raises:
            InfraError: how it ended cannot be known.
        """
        # A task of its own: a second cancellation must not leave the process behind.
        ending = asyncio.create_task(self._end(flight))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return await asyncio.shield(ending)

    async def close(self) -> None:
        """Kill what runs, end the zygotes, remove the scratch roots; may be called twice."""
        await self._zygotes.close()
        await asyncio.gather(*self._endings, return_exceptions=True)
        while self._roots:
            await asyncio.to_thread(scratch.remove_tree, self._roots.popitem()[1])

    async def _end(self, flight: Flight) -> Observation:
        watch = flight.watch
        flight.zygote.kill(flight.run)
        try:
            ended = await flight.zygote.reaped(flight.run)
            began = os.fstat(flight.task_fd).st_size == 0
        finally:
            watch.close()
            os.close(flight.task_fd)
            if not scratch.remove_plain(flight.scratch):
                await asyncio.to_thread(scratch.remove_tree, flight.scratch)
        frame, cause = watch.frame(), watch.cause.result()
        return Observation(cause=cause, began=began, frame=frame, ended=ended, steps=flight.steps)

    async def _lay(self, task: Task, folder: Path) -> tuple[int, int]:
        """Copy the task's tree into its directory, where the process cannot put a layer over it.

        Returns:
            How many entries and bytes lie there now, of which the program has made none.

        Raises:
            OSError: there is no room.
        """
        if task.tree is None or self._tier is Tier.STRICT:
            return 0, 0
        await asyncio.to_thread(layers.copy_tree, task.tree.path, str(folder))
        return task.tree.entries, task.tree.size_bytes

    def _root_folder(self, *, executable: bool) -> Path:
        """Return where scratch directories lie; what is built has to lie where programs can be started."""
        if executable not in self._roots:
            scratch.remove_abandoned()
            self._roots[executable] = scratch.make_root(executable=executable)
        return self._roots[executable]

    def _task_file(self, task: Task, folder: str, *, attended: bool) -> int:
        """Write what the child reads into a file without a name.

        Raises:
            OSError: no room or no descriptor left.
        """
        limits = {} if self._tier is Tier.NONE else asdict(task.limits)
        text = json.dumps(
            {
                "scratch": folder,
                "files": dict(task.files),
                "entry_file": task.entry_file,
                "entry": task.entry,
                "kwargs": dict(task.kwargs),
                "limits": limits,
                "command": None if task.command is None else plain(task.command),
                "path": list(task.grants.path),
                "tree": asdict(task.tree) if task.tree else None,
                "attended": attended,
            }
        ).encode()
        fd = _nameless_file()
        try:
            rest = memoryview(text)
            while rest:
                rest = rest[os.write(fd, rest) :]
        except OSError:
            os.close(fd)
            raise
        return fd


def _hidden(task: Task) -> tuple[str, ...]:
    """Return what is to stay unread even where it lies among what may be read: judges, and the folder of the user."""
    return _resolved((*task.hidden, *TRUTHS, *_here()))


@lru_cache(maxsize=64)
def _straight(grants: Grants) -> Grants:
    """Return what is granted without links: what the walls are told has to lie where it is said to."""
    return replace(grants, readable=_resolved(grants.readable), startable=_resolved(grants.startable))


@lru_cache(maxsize=64)
def _resolved(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders without links; what they are is asked once, as it costs more than a pipe."""
    return tuple(sorted({os.path.realpath(folder) for folder in folders if folder}))


def _here() -> tuple[str, ...]:
    try:
        return (os.getcwd(),)  # noqa: PTH109 - as it is
    except FileNotFoundError:
        return ()


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("task")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def report(verdict: Verdict, ended: Exit, flight: Flight, seconds: float) -> TaskResult:
    """Return what became of a task.

    Args:
        verdict: the decision.
        ended: what it used, by the kernel's account.
        flight: its process, which has ended.
        seconds: wall time from the first start on.
    """
    run_cpu_seconds, peak_mb = verdict.run or (ended.cpu_seconds, 0.0)
    return TaskResult(
        status=verdict.status,
        output=verdict.output,
        detail=normalise_detail(verdict.detail, str(flight.scratch)),
        seconds=seconds,
        cpu_seconds=ended.cpu_seconds,
        max_rss_mb=max(ended.max_rss_mb, peak_mb),
        run_cpu_seconds=run_cpu_seconds,
        by_wall=verdict.by_wall,
        stdout=flight.watch.stdout.kept(),
        stderr=flight.watch.stderr.kept(),
    )
