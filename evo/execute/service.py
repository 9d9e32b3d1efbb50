"""A candidate that a judge calls, seen from the main process: started, handed over, watched, ended, explained.

Only the first frame, which says that the program was loaded, is read here. Afterwards the judge holds the ends of both
pipes and nothing is relayed; the deadline, the streams and the verdict stay here.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from evo.execute.inside import wire
from evo.execute.launcher import report
from evo.execute.verdict import Verdict, decide, unexplained
from evo.execute.watch import Cause
from evo.records import StageStatus

if TYPE_CHECKING:
    from evo.execute.executor import Task, TaskResult
    from evo.execute.launcher import Flight, Launcher
    from evo.execute.sandbox import Limits
    from evo.execute.verdict import Observation

LINGER_SECONDS = 1.0
"""How long a process that closed its pipe may take to end by itself."""
_LEAST = 1e-3


class Service:
    """Fresh processes of one program, one at a time, under limits that hold for all of them together.

    Args:
        task: the program with its limits; its entry and kwargs are not used.
        launcher: starts and ends its processes.
        judge_seconds: wall time that the judge may use on top of the candidate's.
        attended: whether it is a program at work, which asks; see `Launcher.launch`.

    Attributes:
        wall_seconds: for everything from the first start on, the judge's own share included.
        waited: what its processes took to load, of the candidate's own wall seconds. As many again are for its answers:
            the judge, which alone knows when it waits for one, holds those.
        doubtful: someone else may have killed it; a reason to try once more.
    """

    def __init__(self, task: Task, launcher: Launcher, *, judge_seconds: float, attended: bool = False) -> None:
        self.doubtful = False
        self.waited = 0.0
        self.wall_seconds = task.limits.wall_seconds + judge_seconds
        self._task, self._launcher, self._attended = task, launcher, attended
        self._began = asyncio.get_running_loop().time()
        self._flight: Flight | None = None
        self._result: TaskResult | None = None
        self._cpu_seconds = self._max_rss_mb = 0.0

    @property
    def unborn(self) -> TaskResult | None:
        """Why its program could not be loaded; None where it could."""
        return self._result

    @property
    def listener(self) -> int:
        """A socket that listens in the network of its process; -1 where there is none."""
        return self._flight.listener if self._flight else -1

    @property
    def pid(self) -> int:
        """Its process, as the kernel calls it here; 0 where there is none, or nobody knows."""
        return self._flight.run.pid if self._flight else 0

    async def start(self) -> tuple[int, int] | None:
        """End the process before, if any, and start a fresh one.

        Returns:
            The pipes to write questions to and to read answers from, now the caller's; None when the program could not
            be loaded: then `finish` knows why.

        Raises:
            InfraError, OSError: the machine failed.
        """
        if self._flight is not None:
            await self._over(self._flight)
        self._result = None
        theirs, ours = os.pipe()
        try:
            try:
                task = replace(self._task, limits=self._rest())
                flight = self._flight = await self._launcher.launch(task, theirs, attended=self._attended)
            finally:
                os.close(theirs)
            loading = self._seconds()
            cause = await asyncio.shield(flight.watch.cause)
            self.waited += self._seconds() - loading
        except BaseException:
            os.close(ours)
            raise
        frame = flight.watch.frame()
        if cause is Cause.FRAME and frame is not None and frame[0] == wire.RESULT and not flight.watch.surplus:
            answers = flight.watch.hand_over(max(_LEAST, self.wall_seconds - self._seconds()))
            flight.watch.cause.add_done_callback(lambda _: flight.zygote.kill(flight.run))
            return ours, answers
        os.close(ours)
        await self._explain(flight, frame)
        return None

    async def finish(self, kind: int, words: str) -> TaskResult:
        """End the process and say why the conversation broke off; the status is never SUCCESS.

        Args:
            kind: what the judge saw: a failure's kind as in a frame, or `wire.CLOSED`.
            words: the text that came with it.
        """
        if self._result is None:
            flight = self._flight
            if flight is None:
                raise RuntimeError("no process was started; call start first")
            if kind == wire.CLOSED:
                done, _ = await asyncio.wait({flight.watch.cause}, timeout=LINGER_SECONDS)
                if not done:
                    kind, words = wire.BROKEN, "it closed the pipe for its answers and ran on"
            frame = None if kind == wire.CLOSED else (kind, words.encode("utf-8", "backslashreplace"))
            return await self._explain(flight, frame)
        return self._result

    async def close(self) -> tuple[float, float]:
        """End the process; may be called twice.

        Returns:
            CPU seconds of all processes together, and the largest peak of memory in MB.
        """
        if self._flight is not None:
            await self._over(self._flight)
        return self._cpu_seconds, self._max_rss_mb

    async def _explain(self, flight: Flight, frame: tuple[int, bytes] | None) -> TaskResult:
        seen = await self._over(flight)
        total = replace(seen.ended, cpu_seconds=self._cpu_seconds, max_rss_mb=self._max_rss_mb)
        seen = replace(seen, frame=frame, ended=total)
        self.doubtful = unexplained(seen)
        verdict = decide(seen, self._task.limits)
        if verdict.status is StageStatus.SUCCESS:
            detail = "it sent something before it was asked"
            verdict = Verdict(status=StageStatus.INVALID_RESULT, detail=detail)
        self._result = report(verdict, total, flight, self._seconds())
        return self._result

    async def _over(self, flight: Flight) -> Observation:
        """End a process and add up what it used."""
        self._flight = None
        seen = await self._launcher.finish(flight)
        self._cpu_seconds += seen.ended.cpu_seconds
        self._max_rss_mb = max(self._max_rss_mb, seen.ended.max_rss_mb)
        return seen

    def _seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    def _rest(self) -> Limits:
        """Return what is left of the limits, the deadline being that for loading."""
        limits = self._task.limits
        cpu = max(_LEAST, limits.cpu_seconds - self._cpu_seconds)
        wall = min(limits.wall_seconds - self.waited, self.wall_seconds - self._seconds())
        return replace(limits, cpu_seconds=cpu, grace_seconds=max(_LEAST, wall - 5 * cpu))
