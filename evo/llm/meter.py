"""A client that asks the budget before it asks its model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.llm.prices import worst_prompt_tokens
from evo.llm.waits import Waits
from evo.records import ASK, Finish, Prompt

if TYPE_CHECKING:
    from evo.llm.budget import Ledger
    from evo.llm.habits import Habits, Left, Shrinks
    from evo.llm.model import PricedClient
    from evo.llm.prices import Spend
    from evo.records import Completion, Request

_LEAST = 16
"""An answer of fewer tokens is none."""
_REST = 0.1
"""The share of a budget that may be left over: while there is more, a short answer is worth asking for."""


class Metered:
    """A client whose calls are set aside before they are made, and charged when they are over.

    The last of a budget goes to answers that have less room than was asked for; the answer says so.

    Args:
        client: answers, says what a call can cost, and says in its answers what they did cost.
        ledger: of the run.
        waits: is told while a request waits for its turn.
    """

    def __init__(self, client: PricedClient, ledger: Ledger, waits: Waits | None = None) -> None:
        self._client, self._ledger, self._waits = client, ledger, waits or Waits()

    async def complete(self, request: Request) -> Completion:
        """Set the worst case aside, ask, and charge what it came to.

        Raises:
            BudgetSpent: the call was not made.
            LLMError: as the client.
        """
        # What a program scores may not depend on what is left of a budget.
        whole = request.purpose == ASK
        shrink = None if whole else _shrinking(self._client, request, self._ledger.habits(request.llm))
        with self._waits.idle(request):
            cap = await self._ledger.reserve(request, self._client.worst(request), shrink)
        completion: Completion | None = None
        try:
            completion = await self._client.complete(request if cap is None else request.capped(cap))
            if cap is not None and completion.finish is not Finish.ERROR:
                completion = replace(completion, detail=f"the budget left room for an answer of {cap} tokens")
            return completion
        finally:
            await self._ledger.settle(request, completion)

    async def close(self) -> None:
        """Close the client."""
        await self._client.close()


def _shrinking(client: PricedClient, request: Request, habits: Habits) -> Shrinks:
    """Return what finds, once the rest of a budget is known, the longest answer to a request that it pays for.

    While more than a tenth of the budget is left any answer is asked for; after that only one that has room for the
    longest that the model gave so far.
    """

    def shrink(left: Left) -> tuple[int | None, Spend] | None:
        whole = 1 + client.worst(request).tokens - client.worst(request.capped(1)).tokens
        # In place of the prompt one of as many bytes as it can have tokens: so any client's own worst case is asked.
        alike = _saying(request, max(0, habits.prompt_tokens(request) - worst_prompt_tokens(_saying(request, 0))))
        low, high = max(_LEAST, 0 if left.share > _REST else habits.longest), whole
        if high < low or not left.pays(client.worst(alike.capped(low))):
            return None
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if left.pays(client.worst(alike.capped(middle))) else (low, middle - 1)
        return None if low == whole else low, client.worst(alike.capped(low))

    return shrink


def _saying(request: Request, size: int) -> Request:
    return replace(request, prompt=Prompt(system="", user="x" * size))
