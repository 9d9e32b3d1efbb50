"""Where candidates and judges live side by side on one machine, joined by pipes that nobody outside sees."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from evo.errors import InfraError
from evo.execute import scratch
from evo.execute.executor import Conversation, JudgeAnswer, TaskResult
from evo.execute.home import OPERATIONS, HomeJudges
from evo.execute.inside import command
from evo.execute.judge_pool import JudgePool, wall_seconds
from evo.execute.launcher import Launcher, report
from evo.execute.service import Service
from evo.execute.verdict import decide, unexplained
from evo.records import StageStatus, files_flaw
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.execute.executor import JudgeQuestion, Task
    from evo.execute.home import HomeJudge
    from evo.execute.sandbox import Tier


class Site:
    """The zygotes and the judges of one executor.

    Besides its result each of `run` and `converse` says whether the candidate's end is doubtful: someone else may have
    killed it, which is a reason to try once more.

    Args:
        tier: the isolation to put around candidates.
        workers: most judges at a time; who counts candidates is the executor.
        home: scores in this process; None for judges of their own, which read texts in any case.
    """

    def __init__(self, tier: Tier, *, workers: int, home: HomeJudge | None = None) -> None:
        self._launcher = Launcher(tier)
        self._judges = JudgePool(workers=workers)
        self._artists: set[JudgePool] = set()
        self._home = HomeJudges(home) if home else None

    async def run(self, task: Task, began: float) -> tuple[TaskResult, bool]:
        """Run a task in a fresh process; a failure of this machine is the status INFRA_ERROR.

        Args:
            task: what to run.
            began: since when its seconds count, by the loop's clock.
        """
        loop = asyncio.get_running_loop()
        if refused := _refused(task):
            return refused, False
        try:
            _check_installed(task)
            flight = await self._launcher.launch(task)
            seen = await self._launcher.follow(flight)
        except (InfraError, OSError) as error:
            detail = normalise_detail(str(error))
            return TaskResult(status=StageStatus.INFRA_ERROR, detail=detail, seconds=loop.time() - began), False
        verdict = decide(seen, task.limits)
        return report(verdict, seen.ended, flight, loop.time() - began), unexplained(seen)

    async def judge(self, question: JudgeQuestion) -> JudgeAnswer:
        """Ask a judge.

        Raises:
            InfraError: no judge process could be started, or the site has been closed.
        """
        return await self._ask(question, _request(question))

    async def converse(self, task: Task, question: JudgeQuestion) -> tuple[Conversation, bool]:
        """Let a judge call a program; whatever runs of the program is gone afterwards.

        Raises:
            InfraError: this machine failed.
        """
        if refused := _refused(task):
            return Conversation(ended=refused), False
        limits = task.limits
        request: dict[str, JSON] = {
            **_request(question),
            "answer_bytes": round(limits.output_kb * 1000),
            "answer_seconds": limits.wall_seconds,
            "files": {**task.files},
        }
        _check_installed(task)
        texts = [task.files, *([task.reference] if task.reference else [])]
        tasks = [replace(task, files=files, reference=None) for files in texts]
        services = [Service(each, self._launcher, judge_seconds=wall_seconds(question.cpu_seconds)) for each in tasks]
        service, *others = services
        try:
            answer = await self._ask(question, request, services)
            died = cast("tuple[int, str] | None", answer.value.get("died"))
            if died is None:
                cpu_seconds, max_rss_mb = await service.close()
                return Conversation(answer=answer, cpu_seconds=cpu_seconds, max_rss_mb=max_rss_mb), False
            for other in others:
                if other.unborn is not None:
                    words = f"what candidates are measured against cannot be loaded: {other.unborn.detail}"
                    return Conversation(answer=JudgeAnswer(error=words)), False
            ended = await service.finish(*died)
            found = Conversation(ended=ended, cpu_seconds=ended.cpu_seconds, max_rss_mb=ended.max_rss_mb)
            return found, service.doubtful
        finally:
            for each in services:
                await each.close()

    async def close(self) -> None:
        """Kill what runs and remove what is left; may be called twice."""
        for judges in (self._judges, *self._artists):
            await judges.close()
        await self._launcher.close()

    async def _ask(
        self, question: JudgeQuestion, request: dict[str, JSON], services: Sequence[Service] = ()
    ) -> JudgeAnswer:
        if question.draws:
            return await self._draw(question, request, services)
        if self._home is not None and question.op in OPERATIONS:
            return await self._home.ask(request, question.body, services)
        return await self._judges.ask(request, question.body, cpu_seconds=question.cpu_seconds, services=services)

    async def _draw(
        self, question: JudgeQuestion, request: dict[str, JSON], services: Sequence[Service]
    ) -> JudgeAnswer:
        """Ask a judge of its own: drawing libraries are heavy, and the judges stay small."""
        artist = JudgePool(workers=1, artist=True)
        self._artists.add(artist)
        try:
            root = scratch.make_root()
        except OSError as error:
            raise InfraError(f"no place to draw a picture in: {error}") from error
        try:
            asked: dict[str, JSON] = {**request, "path": str(root / "picture.png")}
            answer = await artist.ask(asked, question.body, cpu_seconds=question.cpu_seconds, services=services)
            return JudgeAnswer(
                value=answer.value, error=answer.error, cpu_seconds=answer.cpu_seconds, picture=_drawn(root)
            )
        finally:
            self._artists.discard(artist)
            await artist.close()
            scratch.remove_tree(root)


def _request(question: JudgeQuestion) -> dict[str, JSON]:
    folder: dict[str, JSON] = {} if question.folder is None else {"folder": question.folder.path}
    return {**question.args, "op": question.op, **folder}


def _drawn(root: Path) -> bytes:
    path = root / "picture.png"
    return path.read_bytes() if path.is_file() else b""


def _refused(task: Task) -> TaskResult | None:
    """Return the verdict on files that no directory takes: the candidate's failure on every tier, not the machine's."""
    flaw = "" if task.tree and not task.files else files_flaw(task.files)
    return TaskResult(status=StageStatus.FAILED, detail=normalise_detail(flaw)) if flaw else None


def _check_installed(task: Task) -> None:
    """Make sure that the programs which a command starts by name are there.

    Raises:
        InfraError: one is not.
    """
    for argv in (task.command.build, task.command.run) if task.command else ():
        places = ":".join((*task.grants.path, command.PATH))
        if argv and os.sep not in argv[0] and shutil.which(argv[0], path=places) is None:
            raise InfraError(f"{argv[0]} is not installed in {places}; install it, or give its whole path")
