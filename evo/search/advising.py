"""Advice in flight: each request is asked once, and every ticket that carries it waits for the one answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.llm.client import LLMClient
    from evo.llm.meter import Ledger
    from evo.records import Completion, Request
    from evo.search.gates import Gates
    from evo.search.state import State
    from evo.store.store import Store

_KEPT = 4


class Advice:
    """Asks models for advice.

    Args:
        llms: by role; their answers are durable before anyone reads them.
        gates: advice takes a slot, like any other call.
        store: holds the answers that earlier sessions got.
        state: knows which of them a commit has used: those are paid for.
        ledger: charged at the turn of the first ticket that needs the answer.
    """

    def __init__(
        self, *, llms: Mapping[str, LLMClient], gates: Gates, store: Store, state: State, ledger: Ledger
    ) -> None:
        self._llms, self._gates, self._store, self._state, self._ledger = llms, gates, store, state, ledger
        self._tasks: dict[str, asyncio.Task[Completion]] = {}
        self._paid: set[str] = set()

    async def given(self, request: Request, ticket: int) -> Completion:
        """Return the answer to a request, asking if need be; a model that fails has given the answer "".

        Args:
            request: for advice.
            ticket: that waits for it.

        Raises:
            LLMError, BudgetSpent: as for a proposal.
        """
        task = self._tasks.get(request.hash)
        if task is None:
            task = asyncio.create_task(self._asked(request, ticket))
            task.add_done_callback(_see)
            self._tasks[request.hash] = task
            self._forget()
        # Shielded: of the tickets that wait, one may be cancelled without the others.
        return await asyncio.shield(task)

    async def _asked(self, request: Request, ticket: int) -> Completion:
        # What a commit has used, or this session has got, is paid for: it is only looked up.
        if request.hash in self._paid or self._state.learned(request.hash):
            stored = self._store.find(request)
            if stored is not None:
                return stored
        self._ledger.serve(request, ticket)
        async with self._gates.slot():
            answer = await self._llms[request.llm].complete(request)
        self._paid.add(request.hash)
        return answer

    def _forget(self) -> None:
        """Let go of answers that no ticket will ask for any more, all but the newest few."""
        done = [key for key, task in self._tasks.items() if task.done()]
        for key in done[:-_KEPT]:
            del self._tasks[key]

    async def close(self) -> None:
        """Give up what is in flight."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _see(task: asyncio.Task[Completion]) -> None:
    """Look at how an answer ended: all who waited for it may have been cancelled."""
    if not task.cancelled():
        task.exception()
