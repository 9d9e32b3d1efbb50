"""A judge that is this very process: for scores that live in a script or a notebook and cannot be sent elsewhere.

The programs stay behind their walls and are called through the same pipes; what is gone is the wall between the judge
and everything else that the process holds, so whoever uses this says so.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evo.execute.inside.judge_line import PIPES
from evo.execute.judge_pool import UNBORN, all_started

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.canonical import JSON
    from evo.execute.executor import JudgeAnswer
    from evo.execute.service import Service

OPERATIONS = frozenset({"score", "conduct"})
"""What a judge at home is asked; texts are parsed by judges elsewhere, which a bad one may take with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A live program, handed to a judge at home.

    Attributes:
        pipes: to write questions to and to read answers from; the judge's alone from now on.
        pid: its process. renew: starts a fresh one, from any thread; None where that cannot be loaded.
    """

    pipes: tuple[int, int]
    pid: int
    renew: Callable[[], tuple[tuple[int, int], int] | None]


class HomeJudge(Protocol):
    """Scores in this process."""

    async def answer(self, request: Mapping[str, JSON], body: bytes, lives: Sequence[Life]) -> JudgeAnswer:
        """Answer one question: a candidate's output in `body`, or live programs."""
        ...


class HomeJudges:
    """The one judge of this process, asked one question after another, as `JudgePool` asks its many.

    Args:
        judge: whoever answers.
    """

    def __init__(self, judge: HomeJudge) -> None:
        self._judge = judge
        self._turn = asyncio.Semaphore(1)

    async def ask(self, request: Mapping[str, JSON], body: bytes, services: Sequence[Service]) -> JudgeAnswer:
        """Start the programs that are to be called, when it is their turn, and ask.

        Raises:
            InfraError: the machine failed.
        """
        async with self._turn:
            pipes = await all_started(services)
            if pipes is None:
                return UNBORN
            loop = asyncio.get_running_loop()
            ends = [pipes[PIPES * place : PIPES * (place + 1)] for place in range(len(services))]
            lives = [
                Life(pipes=(there[0], there[1]), pid=service.pid, renew=_renewal(service, loop))
                for service, there in zip(services, ends, strict=True)
            ]
            return await self._judge.answer(request, body, lives)


def _renewal(service: Service, loop: asyncio.AbstractEventLoop) -> Callable[[], tuple[tuple[int, int], int] | None]:
    def renew() -> tuple[tuple[int, int], int] | None:
        fresh = asyncio.run_coroutine_threadsafe(service.start(), loop).result()
        return (fresh, service.pid) if fresh else None

    return renew
