"""Where batches that a provider works on are remembered: durable before anybody waits for one.

A batch may take a day. Whoever takes the run up meanwhile has to find it again, or everything in it would be paid
twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Requests that were sent as one file.

    Attributes:
        tag: our own name for it, sent along, so that it is found at the provider where its id was never heard.
        id: the provider's; "" while nobody has heard it.
        requests: hashes of the requests in it.
    """

    tag: str
    requests: tuple[str, ...]
    id: str = ""


class BatchLog(Protocol):
    """The batches of one role of a run."""

    def batches(self) -> list[Batch]:
        """Return all that were sent or were about to be, oldest first."""
        ...

    async def keep(self, batch: Batch) -> None:
        """Make a batch durable, in place of an earlier one of its tag."""
        ...


class ForgetfulLog:
    """The log of a client that belongs to no run."""

    def batches(self) -> list[Batch]:
        """Return none."""
        return []

    async def keep(self, batch: Batch) -> None:
        """Keep nothing."""
        del batch
