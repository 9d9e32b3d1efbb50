"""The seam to whatever runs candidates: a task in, a verdict out."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from evo.execute.sandbox import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from evo.canonical import JSON
    from evo.execute.sandbox import Tier
    from evo.records import StageStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program in any language: built and run by argv, in the scratch directory that holds its files.

    Attributes:
        run: writes its result as JSON to stdout; gets the task's `kwargs` as JSON on stdin.
        build: runs before; empty for none.
        cpu_seconds, memory_mb: limits of the run step.
        build_seconds, build_memory_mb: of the build step, in CPU seconds and MB.
    """

    run: tuple[str, ...]
    build: tuple[str, ...] = ()
    cpu_seconds: float
    memory_mb: float
    build_seconds: float
    build_memory_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call of a candidate's entry, or one run of a command, as plain data.

    Attributes:
        files: relative POSIX path -> text; all of them are importable from the scratch directory.
        entry_file: the file that is run.
        entry: the function in it that is called.
        kwargs: its keyword arguments.
        imports: modules to find warm; a hint that changes speed alone. Only names that are trusted: they are imported
            outside the sandbox.
        limits: of the whole, all steps of a command together.
        command: None for a call. With one, `entry` and `imports` mean nothing.
    """

    files: Mapping[str, str]
    entry_file: str = "program.py"
    entry: str = ""
    kwargs: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    imports: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    command: Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What became of a task; decided outside the candidate's process.

    Attributes:
        status: SUCCESS, TIMEOUT, MEMORY, OUTPUT_LIMIT, KILLED, EXIT, FAILED, INVALID_RESULT or INFRA_ERROR.
        output: what the entry returned as JSON text, not yet parsed by anyone; present iff status is SUCCESS.
        detail: why, normalised: equal for equal causes, at most 2 kB.
        seconds, cpu_seconds, max_rss_mb: measured from outside.
        by_wall: the deadline, not the CPU limit, ended it: depends on the machine's load, so never cache it.
        stdout, stderr: what it wrote, head and tail, at most 64 kB each.
    """

    status: StageStatus
    output: bytes | None = None
    detail: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss_mb: float = 0.0
    by_wall: bool = False
    stdout: bytes = b""
    stderr: bytes = b""


class Serving(Protocol):
    """A program whose functions a judge calls: fresh processes of it, one at a time, under common limits."""

    @property
    def wall_seconds(self) -> float:
        """The deadline for everything from the first start on, the judge's own share included."""
        ...

    @property
    def doubtful(self) -> bool:
        """Whether someone else may have killed it: a reason to try once more."""
        ...

    async def start(self) -> tuple[int, int] | None:
        """End the process before, if any, and start a fresh one.

        Returns:
            The pipes to write questions to and to read answers from, now the caller's; None when the program could not
            be loaded.

        Raises:
            InfraError, OSError: the machine failed.
        """
        ...

    async def finish(self, kind: int, words: str) -> TaskResult:
        """End the process and say why the conversation broke off, given what the judge saw; never SUCCESS."""
        ...

    async def close(self) -> tuple[float, float]:
        """End the process; return CPU seconds of all of them together, and the largest peak of memory in MB."""
        ...


class Executor(Protocol):
    """Runs tasks, several at a time, each in a process of its own that never ran another.

    A candidate's failure is a status. INFRA_ERROR says that the machine failed; the task may be run again. Cancelling
    `run` kills the candidate. After `close` no process, descriptor or directory is left.
    """

    @property
    def tier(self) -> Tier:
        """The isolation in force."""
        ...

    @property
    def workers(self) -> int:
        """Most tasks at a time; further ones wait."""
        ...

    async def run(self, task: Task) -> TaskResult:
        """Run one task to its verdict."""
        ...

    def serve(self, task: Task, *, judge_seconds: float) -> AbstractAsyncContextManager[Serving]:
        """Occupy one of the workers with a program that a judge calls; its entry and kwargs are not used.

        Args:
            task: the program with its limits, which hold for all calls together.
            judge_seconds: wall time that the judge may use on top of the candidate's.
        """
        ...

    async def close(self) -> None:
        """Kill what runs and remove what is left; may be called twice."""
        ...


class ExecutorOptions(Protocol):
    """An executor as a config names it: a frozen dataclass whose fields are its options."""

    @property
    def workers(self) -> int:
        """Evaluations at a time."""
        ...

    def open(self) -> Executor:
        """Return the executor, ready to run; whoever opens it closes it.

        Raises:
            EvoError: this machine does not offer what the options ask for.
        """
        ...
