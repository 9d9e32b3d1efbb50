"""Programs scored outside of any run: an evaluator stays open for the problems that were asked for last."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.assemble.evaluator import evaluating
from evo.config.problem import load_problem
from evo.errors import ConflictError, EvoError

if TYPE_CHECKING:
    from evo.config.problem import Problem
    from evo.evaluate.evaluator import Evaluator
    from evo.records import Evaluation, Program

_OPEN_MOST = 2


@dataclass(slots=True)
class _Held:
    """An open evaluator, held by a task of its own, so that whoever opened it is whoever closes it."""

    ready: asyncio.Future[Evaluator]
    ended: asyncio.Event
    task: asyncio.Task[None]


class ProblemScorer:
    """Scores programs. Use from one event loop, and close it."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._turn = asyncio.Lock()

    async def score(self, address: str, program: Program) -> Evaluation:
        """Run a program through its problem's pipeline, one after another.

        Raises:
            SpecError: the problem's files are wrong.
            EvoError: this machine does not offer the isolation that was asked for.
        """
        problem = load_problem(address)
        async with self._turn:
            return await (await self._evaluator(f"{address} {problem.fingerprint}", problem)).evaluate(program)

    async def _evaluator(self, key: str, problem: Problem) -> Evaluator:
        if key not in self._held:
            while len(self._held) >= _OPEN_MOST:
                await self._let_go(next(iter(self._held)))
            ready: asyncio.Future[Evaluator] = asyncio.get_running_loop().create_future()
            ended = asyncio.Event()
            self._held[key] = _Held(ready, ended, asyncio.create_task(_hold(problem, ready, ended)))
        self._held.move_to_end(key)
        try:
            return await asyncio.shield(self._held[key].ready)
        except EvoError:
            await self._let_go(key)
            raise

    async def _let_go(self, key: str) -> None:
        held = self._held.pop(key)
        held.ended.set()
        await asyncio.wait({held.task})

    async def close(self) -> None:
        """Close what is open."""
        for key in list(self._held):
            await self._let_go(key)


async def _hold(problem: Problem, ready: asyncio.Future[Evaluator], ended: asyncio.Event) -> None:
    try:
        async with evaluating(problem) as evaluator:
            ready.set_result(evaluator)
            await ended.wait()
    except EvoError as error:
        if not ready.done():
            ready.set_exception(error)
    finally:
        if not ready.done():
            ready.set_exception(ConflictError("the server is closing"))
