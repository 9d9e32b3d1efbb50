"""The judge that is the caller: its function is called in its own thread, one program after another.

The search lives in another thread. So a score function may do what it likes (draw, keep a connection, ask a person), an
event loop of a notebook is not in the way, and no two calls ever overlap.
"""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from evo.errors import InfraError
from evo.evaluate.judge.candidate import Candidate
from evo.evaluate.judge.main import ContractError, checked
from evo.execute.executor import JudgeAnswer
from evo.judging import CandidateDied, Invalid, decode
from evo.judging.scorer import ScoreError, judged, judged_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.canonical import JSON
    from evo.execute.home import Life

_PACKAGE = str(Path(__file__).resolve().parents[1])
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One question, and where its answer goes."""

    request: Mapping[str, JSON]
    body: bytes
    lives: Sequence[Life]
    answer: Future[JudgeAnswer] = field(default_factory=Future[JudgeAnswer])


class CallerJudge:
    """Scores by a function of the caller's; see `evo.execute.home.HomeJudge`.

    Args:
        score: the function; what it may want and answer, `evo.judging.scorer` says.
        entry: the function of programs that is meant.
        arguments: with which it is called where its output is wanted.

    Attributes:
        errors: what the function raised, or why its answer was none, in order.
    """

    def __init__(self, score: Callable[..., object], *, entry: str, arguments: Sequence[object] = ()) -> None:
        self._score, self._entry, self._arguments = score, entry, tuple(arguments)
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self.errors: list[Exception] = []

    async def answer(self, request: Mapping[str, JSON], body: bytes, lives: Sequence[Life]) -> JudgeAnswer:
        """Hand the question over to the caller's thread and wait for its answer."""
        job = Job(request=request, body=body, lives=lives)
        self._jobs.put(job)
        return await asyncio.wrap_future(job.answer)

    def serve(self, seconds: float) -> bool:
        """Answer one question in this thread, if one comes within some seconds; tell whether one did."""
        try:
            job = self._jobs.get(timeout=seconds)
        except Empty:
            return False
        if not job.answer.set_running_or_notify_cancel():
            _let_go(job.lives)
            return True
        try:
            job.answer.set_result(self._judge(job))
        except BaseException:
            # An interrupt of the caller's: the program is judged once more, or the search is ended before.
            job.answer.set_exception(InfraError("the score function was interrupted"))
            raise
        return True

    def _judge(self, job: Job) -> JudgeAnswer:
        began = time.thread_time()
        value, error = self._verdict(job)
        return JudgeAnswer(value=MappingProxyType(value), error=error, cpu_seconds=time.thread_time() - began)

    def _verdict(self, job: Job) -> tuple[dict[str, Any], str]:
        """Return what the function says of a program, or why it says nothing."""
        live = _alive(job) if job.lives else None
        try:
            found = self._ask(job, live)
            return checked(found, cast("list[str]", job.request["measures"])), ""
        except Invalid as refusal:
            return {"refusal": refusal.reason}, ""
        except CandidateDied as died:
            if live is None or live.death is None:
                return self._failed(died)
            return {"died": list(live.death)}, ""
        except Exception as error:  # noqa: BLE001 - the boundary to the caller's function
            return self._failed(error)
        finally:
            if live is not None:
                live.close()

    def _ask(self, job: Job, live: Candidate | None) -> dict[str, object]:
        if live is None:
            return judged_text(self._score, decode(job.body))
        found = judged(self._score, live, entry=self._entry, arguments=self._arguments)
        live.settle()
        return found

    def _failed(self, error: Exception) -> tuple[dict[str, Any], str]:
        self.errors.append(error)
        return {}, told(error)


def told(error: Exception) -> str:
    """Return what went wrong in a score function: the line of the caller's at which it did, and the words."""
    words = (
        str(error) if isinstance(error, ScoreError | ContractError) else "".join(traceback.format_exception_only(error))
    )
    steps = [step for step in traceback.extract_tb(error.__traceback__) if not step.filename.startswith(_PACKAGE)]
    place = f" at {steps[-1].filename}:{steps[-1].lineno} ({steps[-1].line})" if steps else ""
    return f"your score function failed{place}: {words.strip()}"[:_LONGEST]


def _alive(job: Job) -> Candidate:
    """Return the program at the other end of the pipes."""
    life = job.lives[0]
    _set_modes(life.pipes)
    live = Candidate(
        life.pipes,
        pid=life.pid,
        renew=lambda: _renewed(life),
        answer_bytes=cast("int", job.request["answer_bytes"]),
        answer_seconds=cast("float", job.request["answer_seconds"]),
    )
    live.files = cast("Mapping[str, str]", job.request.get("files", {}))
    return live


def _renewed(life: Life) -> tuple[tuple[int, int], int] | None:
    fresh = life.renew()
    if fresh is not None:
        _set_modes(fresh[0])
    return fresh


def _set_modes(pipes: tuple[int, int]) -> None:
    """Let a program that does not read hold nobody up, and wait for its answers; as judges elsewhere do."""
    os.set_blocking(pipes[0], False)
    os.set_blocking(pipes[1], True)


def _let_go(lives: Sequence[Life]) -> None:
    for life in lives:
        for fd in life.pipes:
            os.close(fd)
