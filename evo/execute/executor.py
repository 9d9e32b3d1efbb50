"""The seam to whatever runs candidates and judges: plain data in, plain data out, so that it may be far away.

What crosses it are the frozen dataclasses of this file and what they are made of; `plain` turns them into data that
any wire can carry, and back. Nobody on this side sees a process, a pipe or a descriptor.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - annotations that `plain` reads at run time
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from evo.canonical import JSON  # noqa: TC001 - as above
from evo.errors import EvoError
from evo.execute.folder import Checkout, Folder  # noqa: TC001 - as above
from evo.execute.sandbox import Limits
from evo.records import StageStatus  # noqa: TC001 - as above

if TYPE_CHECKING:
    from evo.execute.sandbox import Tier


def _nothing() -> Mapping[str, JSON]:
    return MappingProxyType({})


def _no_variables() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What of this machine a candidate gets beside what everyone may read; absolute paths, and those may be links.

    Attributes:
        readable: files and folders that it may read, wherever they lie; they win over `Task.hidden` above them.
        startable: folders whose programs a command may start, and read.
        path: folders in which the programs of a command are looked for first.
        python: the interpreter that a called program runs under, with what is installed for it; "" for our own.
    """

    readable: tuple[str, ...] = ()
    startable: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program in any language: built and run by argv, in the scratch directory that holds its files.

    Attributes:
        run: writes its result as JSON to stdout; gets the task's `kwargs` as JSON on stdin.
        build: runs before; empty for none.
        cpu_seconds, memory_mb: limits of the run step.
        build_seconds, build_memory_mb: of the build step, in CPU seconds and MB.
        environment: variables beside the few that every step has.
        reserved_mb: address space on top of what the steps may fill: what runtimes take and leave empty.
    """

    run: tuple[str, ...]
    build: tuple[str, ...] = ()
    cpu_seconds: float
    memory_mb: float
    build_seconds: float
    build_memory_mb: float
    environment: Mapping[str, str] = field(default_factory=_no_variables)
    reserved_mb: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call of a candidate's entry, or one run of a command, as plain data.

    Attributes:
        files: relative POSIX path -> text; all of them are importable from the scratch directory. Those that
            `records.files_flaw` finds fault with are the candidate's failure, whatever the tier.
        entry_file: the file that is run.
        entry: the function in it that is called; means nothing where a judge calls the program.
        kwargs: its keyword arguments.
        imports: modules to find warm; a hint that changes speed alone. Only names that are trusted: they are imported
            outside the sandbox.
        hidden: folders that the candidate may not read, wherever they lie: its judge's.
        grants: what it may read and start beside.
        tree: what lies in the scratch directory before `files` are put over it, for a program that changes it, and may
            change nothing; None for an empty directory.
        limits: of the whole, all steps of a command or all calls of a conversation together.
        command: None for a call. With one, `entry` and `imports` mean nothing.
        reference: the files of another program that lives beside it in a conversation, built and limited alike, for a
            judge to measure it against; None for none.
    """

    files: Mapping[str, str]
    entry_file: str = "program.py"
    entry: str = ""
    kwargs: Mapping[str, JSON] = field(default_factory=_nothing)
    imports: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    grants: Grants = field(default_factory=Grants)
    tree: Checkout | None = None
    limits: Limits = field(default_factory=Limits)
    command: Command | None = None
    reference: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What became of a task; decided outside the candidate's process.

    Attributes:
        status: SUCCESS, TIMEOUT, MEMORY, OUTPUT_LIMIT, KILLED, EXIT, FAILED, INVALID_RESULT or INFRA_ERROR.
        output: what the entry returned as JSON text, not yet parsed by anyone; present iff status is SUCCESS.
        detail: why, normalised: equal for equal causes, at most 2 kB.
        seconds, cpu_seconds, max_rss_mb: measured from outside.
        run_cpu_seconds: of the run step of a command alone, and of all that it started; of a call, `cpu_seconds`.
        by_wall: the deadline, not the CPU limit, ended it: depends on the machine's load, so never cache it.
        stdout, stderr: what it wrote, head and tail, at most 64 kB each.
    """

    status: StageStatus
    output: bytes | None = None
    detail: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss_mb: float = 0.0
    run_cpu_seconds: float = 0.0
    by_wall: bool = False
    stdout: bytes = b""
    stderr: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeQuestion:
    """What a judge is asked: one operation of the judge process (`evo.evaluate.judge.main`).

    Attributes:
        op: "syntax", "source_metrics" and "form" read texts; "score", "stage" and "report" read outputs; "conduct" and
            "portray" call a candidate, so they are asked in `Executor.converse` alone; "picture" and "portray" draw.
        cpu_seconds: the limit; by the clock a judge may take 5 times as long and 5 s.
        args: what the operation needs to know.
        body: raw bytes for it: a candidate's output.
        folder: the files that it may load, for operations that run a problem's or a user's code.
        draws: asked of a process that may load plotting libraries and is gone afterwards; the answer has `picture`.
    """

    op: str
    cpu_seconds: float
    args: Mapping[str, JSON] = field(default_factory=_nothing)
    body: bytes = b""
    folder: Folder | None = None
    draws: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeAnswer:
    """What came of a question.

    Attributes:
        value: the operation's result; empty when `error` is set.
        error: why there is none: an exception with its traceback, too much time, a dead process.
        cpu_seconds: used by the operation.
        picture: the file that was drawn, for questions that draw; empty when none was written.
    """

    value: Mapping[str, JSON] = field(default_factory=_nothing)
    error: str = ""
    cpu_seconds: float = 0.0
    picture: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What came of a judge that called a candidate: its answer, or the verdict on the candidate's process.

    Attributes:
        answer: the judge's; None when the candidate ended and the judge let that pass.
        ended: the verdict on the candidate, never SUCCESS; present iff there is no answer.
        cpu_seconds: of all the candidate's processes together.
        max_rss_mb: the largest peak of memory of one of them.
    """

    answer: JudgeAnswer | None = None
    ended: TaskResult | None = None
    cpu_seconds: float = 0.0
    max_rss_mb: float = 0.0

    def __post_init__(self) -> None:
        """Hold the invariant: an answer or a verdict.

        Raises:
            EvoError: both or neither is given.
        """
        if (self.answer is None) == (self.ended is None):
            came = "neither" if self.answer is None else "both"
            raise EvoError(f"expected the judge's answer or the verdict on the candidate; got {came}")


class Executor(Protocol):
    """Runs candidates and asks judges, several at a time; a candidate runs in a process that never ran another.

    A candidate's failure is a status, and so is a broken judge (`JudgeAnswer.error`). That the machine failed is the
    status INFRA_ERROR from `run`, and an InfraError from the other two; the same may be asked again. Cancelling any of
    them kills what runs for it. After `close` no process, descriptor or directory is left.
    """

    @property
    def tier(self) -> Tier:
        """The isolation in force."""
        ...

    @property
    def workers(self) -> int:
        """Most candidates at a time, and most judges beside them; further ones wait."""
        ...

    async def run(self, task: Task) -> TaskResult:
        """Run one task, alone, to its verdict.

        Raises:
            InfraError: the executor has been closed.
        """
        ...

    async def judge(self, question: JudgeQuestion) -> JudgeAnswer:
        """Ask a judge, alone.

        Raises:
            InfraError: the machine failed, or the executor has been closed.
        """
        ...

    async def converse(self, task: Task, question: JudgeQuestion) -> Conversation:
        """Let a judge call a program: both live side by side until the judge has answered.

        Args:
            task: the program with its limits; its entry and kwargs are not used.
            question: "conduct" or "portray".

        Raises:
            InfraError: the machine failed, or the executor has been closed.
        """
        ...

    async def close(self) -> None:
        """Kill what runs and remove what is left; may be called twice."""
        ...


class ExecutorOptions(Protocol):
    """An executor as a config names it: a frozen dataclass whose fields are its options.

    One that has programs scored elsewhere than in a judge's process of its own says so with an attribute `trust`.
    """

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


def trust_of(options: ExecutorOptions) -> str:
    """Return what scores are worth that come from an executor: "" unless it says, as "caller", who else had a hand."""
    return str(getattr(options, "trust", ""))
