"""The executor of this machine: a site with so many workers, and a second try for what someone else may have killed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from evo.errors import EvoError, InfraError
from evo.execute.inside import kernel
from evo.execute.sandbox import choose
from evo.execute.site import Site

if TYPE_CHECKING:
    from evo.execute.executor import Conversation, JudgeAnswer, JudgeQuestion, Task, TaskResult
    from evo.execute.home import HomeJudge
    from evo.execute.sandbox import Tier


Sandbox: TypeAlias = Literal["auto", "none", "required:strict", "required:standard", "required:basic", "required:none"]
WORKERS_MAX = 1000


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


class LocalExecutor:
    """Runs candidates and judges on this machine (see `Executor`).

    Args:
        workers: most candidates at a time, at least 1.
        sandbox: see `sandbox.choose`.
        home: scores in this process, in place of judges of their own; see `home`.

    Raises:
        EvoError: this machine does not pass the required tier, or `workers` is below 1.
    """

    def __init__(self, *, workers: int = 1, sandbox: str = "auto", home: HomeJudge | None = None) -> None:
        if workers < 1:
            raise EvoError(f"workers = {workers}; expected at least 1")
        self._workers = workers
        self._tier = choose(sandbox)
        # Stays so: what is secret here does not become less so when this executor ends.
        kernel.close_memory()
        self._slots = asyncio.Semaphore(workers)
        self._site = Site(self._tier, workers=workers, home=home)
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
        self._check_open()
        async with self._slots:
            began = asyncio.get_running_loop().time()
            result, doubtful = await self._site.run(task, began)
            if doubtful:
                result, _ = await self._site.run(task, began)
            return result

    async def judge(self, question: JudgeQuestion) -> JudgeAnswer:
        """Ask a judge."""
        self._check_open()
        return await self._site.judge(question)

    async def converse(self, task: Task, question: JudgeQuestion) -> Conversation:
        """Let a judge call a program; once more when the program's process was killed by someone else."""
        self._check_open()
        async with self._slots:
            found, doubtful = await self._site.converse(task, question)
            if doubtful:
                found, _ = await self._site.converse(task, question)
            return found

    async def close(self) -> None:
        """Kill what runs, end zygotes and judges, remove the scratch root."""
        self._closed = True
        await self._site.close()

    def _check_open(self) -> None:
        if self._closed:
            raise InfraError("this executor is closed; make a new one")
