"""The seam between the search and whatever answers: a model, a script, a stored run.

`LLM` is what a config names (a frozen dataclass of options); `connect` turns it into an `LLMClient` for one run.
`AnswerLog` is where answers lie durably; the store fits it by shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from evo.records import Completion, Request


class LLMClient(Protocol):
    """Something that answers requests. Many calls may be in flight at once, all in one event loop."""

    async def complete(self, request: Request) -> Completion:
        """Answer one request.

        Trouble that belongs to this request (time-out, refused parameter, retries used up) is an answer too:
        `Completion(finish=Finish.ERROR, detail=...)`. It never raises for that. Cancelling the call gives the
        connection back at once.

        Raises:
            LLMError: nothing can be answered any more (for example the key is refused); the run has to stop.
        """
        ...

    async def close(self) -> None:
        """Give back what the client holds; calls in flight have ended before. Idempotent."""
        ...


class AnswerLog(Protocol):
    """The answers of a run, by request."""

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request (equal `Request.hash`), or None."""
        ...

    async def save(self, request: Request, completion: Completion) -> None:
        """Store an answer; it is durable when this returns. Saving an equal request again changes nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMContext:
    """What a run tells a model's client when it connects.

    Attributes:
        role: the name in the run's `llms` ("fast", "strong").
        ideas: the problem's `ideas/` folder, or None; only the offline proposer reads it.
        seed: the run's seed.
    """

    role: str
    ideas: Path | None
    seed: int


class LLM(Protocol):
    """The options of one kind of model, as a config gives them: a frozen dataclass."""

    def connect(self, context: LLMContext) -> LLMClient:
        """Return a client for one run; it sends nothing yet.

        Raises:
            EvoError: the options cannot work here (for example the key's variable is not set).
        """
        ...
