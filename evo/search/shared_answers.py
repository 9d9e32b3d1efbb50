"""Answers that tickets share: each request is asked once, and every ticket that rests upon it waits for the one answer.

The first ticket in order pays for it, in its turn; what a commit has used, or this session has got, is paid for.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evo.canonical import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from evo.llm.budget import Ledger
    from evo.llm.model import LLMClient
    from evo.records import Arm, Completion, Evaluation, Proposal, Request

_KEPT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A proposal's request that cannot be made before others are answered.

    Attributes:
        first: what is asked before it, at least one request.
        ask: makes the request from the answers to these, in their order, and from nothing else; a proposal where there
            is nothing to ask after all.
    """

    first: tuple[Request, ...]
    ask: Callable[[Sequence[Completion]], Request | Proposal]


class Shared:
    """Asks what several tickets want to know, each request once.

    Args:
        llms: the run's models by role; their answers are durable before they are read here.
        ledger: gives the turn to pay.
    """

    def __init__(self, llms: Mapping[str, LLMClient], ledger: Ledger) -> None:
        self._llms, self._ledger = llms, ledger
        self._tasks: OrderedDict[str, asyncio.Task[Completion]] = OrderedDict()
        self._awaited: dict[int, tuple[Request, bool]] = {}  # by ticket, and whether it has been asked
        self._closing = False

    def ask_no_more(self) -> None:
        """Ask nothing from now on but what is being asked already."""
        self._closing = True

    def rests_upon(self, ticket: int) -> tuple[Request, bool] | None:
        """Return what a ticket waits for, and whether it has been asked; None where it waits for nothing."""
        return self._awaited.get(ticket)

    async def settled(
        self, ticket: int, asked: Request | Proposal | Question
    ) -> tuple[Request | Proposal, tuple[tuple[Request, Completion], ...]]:
        """Return the ticket's request, and what it rests upon.

        Raises:
            LLMError: no model can be asked any more.
            BudgetSpent: an answer could pass a budget.
        """
        if not isinstance(asked, Question):
            return asked, ()
        try:
            # One after the other: a ticket holds one slot, so it has one call in flight.
            found = [await self._answered(ticket, request) for request in asked.first]
        finally:
            self._awaited.pop(ticket, None)
        return asked.ask(found), tuple(zip(asked.first, found, strict=True))

    async def _answered(self, ticket: int, request: Request) -> Completion:
        self._awaited[ticket] = request, False
        await self._ledger.turn(ticket, request)
        task = self._tasks.get(request.hash)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            if self._closing:
                await asyncio.Event().wait()  # to be taken back: nobody has been asked
            task = asyncio.create_task(self._llms[request.llm].complete(request))
            task.add_done_callback(seen)
            self._tasks[request.hash] = task
            self._forget()
        self._awaited[ticket] = request, True
        # Shielded: of two tickets that share an answer, one may be cancelled without the other.
        return await asyncio.shield(task)

    def _forget(self) -> None:
        """Let go of the oldest answers; they are in the store."""
        while len(self._tasks) > _KEPT:
            oldest = next(iter(self._tasks))
            if not self._tasks[oldest].done():
                return
            del self._tasks[oldest]

    async def close(self) -> None:
        """Cancel what is still asked and wait until it is over."""
        await cancelled(self._tasks.values())


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are over, however they end."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def seen(task: asyncio.Task[Completion] | asyncio.Task[Evaluation]) -> None:
    """Look at how something shared ended: all who waited for it may have been cancelled."""
    if not task.cancelled():
        task.exception()


def resting(proposal: Proposal, upon: Sequence[tuple[Request, Completion]], arm: Arm | None) -> Proposal:
    """Return the proposal with what it rests upon before its own request, and its arm."""
    if arm is None and not upon:
        return proposal
    return replace(
        proposal,
        requests=(*(request.hash for request, _ in upon), *proposal.requests),
        answers=(*(fingerprint(answer.text) for _, answer in upon), *proposal.answers),
        arm=arm,
    )
