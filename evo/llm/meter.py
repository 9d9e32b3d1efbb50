"""A client that asks the budget before it asks its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evo.llm.budget import Ledger
    from evo.llm.model import PricedClient
    from evo.records import Completion, Request


class Metered:
    """A client whose calls are set aside before they are made, and charged when they are over.

    Args:
        client: answers, says what a call can cost, and says in its answers what they did cost.
        ledger: of the run.
    """

    def __init__(self, client: PricedClient, ledger: Ledger) -> None:
        self._client, self._ledger = client, ledger

    async def complete(self, request: Request) -> Completion:
        """Set the worst case aside, ask, and charge what it came to.

        Raises:
            BudgetSpent: the call was not made.
            LLMError: as the client.
        """
        await self._ledger.reserve(request, self._client.worst(request))
        completion: Completion | None = None
        try:
            completion = await self._client.complete(request)
            return completion
        finally:
            await self._ledger.settle(request, completion)

    async def close(self) -> None:
        """Close the client."""
        await self._client.close()
