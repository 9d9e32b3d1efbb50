"""The executor of this machine: warm zygotes, one fork per candidate, verdicts from outside."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import tempfile
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from evo.errors import EvoError, InfraError
from evo.execute import scratch
from evo.execute.executor import TaskResult
from evo.execute.inside import kernel
from evo.execute.sandbox import Tier, choose
from evo.execute.service import Service
from evo.execute.verdict import Observation, Verdict, decide, unexplained
from evo.execute.watch import Pipes, Watch
from evo.execute.zygote_pool import Zygote
from evo.records import StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from evo.execute.executor import Task
    from evo.execute.zygote_pool import Exit, Run

Sandbox: TypeAlias = Literal["auto", "none", "required:strict", "required:standard", "required:basic", "required:none"]
WORKERS_MAX = 1000
MAX_ZYGOTES = 8
"""Most import sets that are kept warm at a time; the least recently used goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """This machine.

    Attributes:
        workers: evaluations at a time, from 1 to 1000.
        sandbox: "auto" takes the strongest tier this machine offers, "required:<tier>" fails without that tier.
    """

    workers: int = 2
    sandbox: Sandbox = "auto"

    def __post_init__(self) -> None:
        """Refuse a number of workers that is none.

        Raises:
            EvoError: fewer than 1, or more than 1000.
        """
        if not 1 <= self.workers <= WORKERS_MAX:
            raise EvoError(f"workers: expected an integer, at least 1, at most {WORKERS_MAX}; got {self.workers}")

    def open(self) -> LocalExecutor:
        """Return the executor of this machine.

        Raises:
            EvoError: this machine does not pass the required tier.
        """
        return LocalExecutor(workers=self.workers, sandbox=self.sandbox)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flight:
    """What one candidate occupies until it is over."""

    zygote: Zygote
    run: Run
    watch: Watch
    task_fd: int
    scratch: Path


class LocalExecutor:
    """Runs candidates on this machine (see `Executor`).

    Args:
        workers: most candidates at a time, at least 1.
        sandbox: see `sandbox.choose`.

    Raises:
        EvoError: this machine does not pass the required tier, or `workers` is below 1.
    """

    def __init__(self, *, workers: int = 1, sandbox: str = "auto") -> None:
        if workers < 1:
            raise EvoError(f"workers = {workers}; expected at least 1")
        self._workers = workers
        self._tier = choose(sandbox)
        # Stays so: what is secret here does not become less so when this executor ends.
        kernel.close_memory()
        self._slots = asyncio.Semaphore(workers)
        self._numbers = itertools.count()
        self._zygotes: dict[tuple[str, ...], asyncio.Task[Zygote]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._roots: dict[bool, Path] = {}
        self._closed = False

    @property
    def tier(self) -> Tier:
        """The isolation in force."""
        return self._tier

    @property
    def workers(self) -> int:
        """Most candidates at a time."""
        return self._workers

    async def run(self, task: Task) -> TaskResult:
        """Run one task to its verdict; once more when its process was killed by someone else."""
        if self._closed:
            raise EvoError("this executor is closed; make a new one")
        async with self._slots:
            start = asyncio.get_running_loop().time()
            result, doubtful = await self._attempt(task, start)
            if doubtful:
                result, _ = await self._attempt(task, start)
            return result

    @asynccontextmanager
    async def serve(self, task: Task, *, judge_seconds: float) -> AsyncGenerator[Service[_Flight]]:
        """Occupy a slot for a program that a judge calls; whatever runs of it is gone afterwards."""
        if self._closed:
            raise EvoError("this executor is closed; make a new one")
        async with self._slots:
            service = Service(task, judge_seconds=judge_seconds, launch=self._launch, end=self._finish, report=_result)
            try:
                yield service
            finally:
                await service.close()

    async def close(self) -> None:
        """Kill what runs, end the zygotes, remove the scratch root."""
        self._closed = True
        for starting in self._zygotes.values():
            starting.cancel()
        zygotes = await asyncio.gather(*self._zygotes.values(), return_exceptions=True)
        self._zygotes.clear()
        await asyncio.gather(*(zygote.close() for zygote in zygotes if isinstance(zygote, Zygote)))
        await asyncio.gather(*self._background, return_exceptions=True)
        while self._roots:
            await asyncio.to_thread(scratch.remove_tree, self._roots.popitem()[1])

    async def _attempt(self, task: Task, start: float) -> tuple[TaskResult, bool]:
        """Return the result of one process, and whether someone else may have killed it."""
        loop = asyncio.get_running_loop()
        try:
            flight = await self._launch(task)
            seen = await self._follow(flight)
        except (InfraError, OSError) as error:
            detail = normalise_detail(str(error))
            return TaskResult(status=StageStatus.INFRA_ERROR, detail=detail, seconds=loop.time() - start), False
        verdict = decide(seen, task.limits)
        return _result(verdict, seen.ended, flight, loop.time() - start), unexplained(seen)

    async def _launch(self, task: Task, questions: int | None = None) -> _Flight:
        zygote = await self._warm(task.imports)
        number = next(self._numbers)
        folder = self._root_folder(executable=task.command is not None) / str(number)
        folder.mkdir(mode=0o700)
        task_fd = self._task_file(task, str(folder))
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
        watch = Watch(run=run, reads=pipes.reads, limits=task.limits, scratch=looked_at)
        return _Flight(zygote=zygote, run=run, watch=watch, task_fd=task_fd, scratch=folder)

    async def _follow(self, flight: _Flight) -> Observation:
        """Wait for a reason to end the process, then end it; also when cancelled."""
        try:
            await asyncio.shield(flight.watch.cause)
        finally:
            seen = await self._finish(flight)
        return seen

    async def _finish(self, flight: _Flight) -> Observation:
        # A task of its own: a second cancellation must not leave the process behind.
        ending = asyncio.create_task(self._end(flight))
        self._keep(ending)
        return await asyncio.shield(ending)

    async def _end(self, flight: _Flight) -> Observation:
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
        return Observation(cause=watch.cause.result(), began=began, frame=watch.frame(), ended=ended)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _warm(self, imports: tuple[str, ...]) -> Zygote:
        """Return the zygote of an import set, started when there is none or it was lost.

        Raises:
            InfraError: it could not be started.
        """
        starting = self._zygotes.pop(imports, None)
        if starting is None or _is_useless(starting):
            starting = asyncio.create_task(Zygote.launch(imports, self._tier))
        # The last in the dictionary is the most recently used.
        self._zygotes[imports] = starting
        zygote = await asyncio.shield(starting)
        self._retire()
        return zygote

    def _retire(self) -> None:
        for imports, starting in list(self._zygotes.items())[:-MAX_ZYGOTES]:
            if _is_useless(starting):
                del self._zygotes[imports]
            elif starting.done() and not starting.result().runs:
                del self._zygotes[imports]
                self._keep(asyncio.create_task(starting.result().close()))

    def _root_folder(self, *, executable: bool) -> Path:
        """Return where scratch directories lie; what is built has to lie where programs can be started."""
        if executable not in self._roots:
            scratch.remove_abandoned()
            self._roots[executable] = scratch.make_root(executable=executable)
        return self._roots[executable]

    def _task_file(self, task: Task, folder: str) -> int:
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
                "command": None if task.command is None else asdict(task.command),
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


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("task")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _is_useless(starting: asyncio.Task[Zygote]) -> bool:
    if not starting.done():
        return False
    return starting.cancelled() or starting.exception() is not None or starting.result().lost


def _result(verdict: Verdict, ended: Exit, flight: _Flight, seconds: float) -> TaskResult:
    return TaskResult(
        status=verdict.status,
        output=verdict.output,
        detail=normalise_detail(verdict.detail, str(flight.scratch)),
        seconds=seconds,
        cpu_seconds=ended.cpu_seconds,
        max_rss_mb=ended.max_rss_mb,
        by_wall=verdict.by_wall,
        stdout=flight.watch.stdout.kept(),
        stderr=flight.watch.stderr.kept(),
    )
