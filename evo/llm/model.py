"""The seam between the search and whatever answers: a model, a script, a stored run.

`LLM` is what a config names (a frozen dataclass of options); `connect` turns it into an `LLMClient` for one run.
`AnswerLog` is where answers lie durably; the store fits it by shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from evo.llm.budget import Ledger
from evo.llm.rate_limits import RateGates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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


@runtime_checkable
class Parks(Protocol):
    """A client that knows when its model keeps failing; others are asked meanwhile where there are others."""

    @property
    def parked(self) -> bool:
        """Whether the model is left alone for now."""
        ...


class AnswerLog(Protocol):
    """The answers of a run, by request."""

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request (equal `Request.hash`), or None."""
        ...

    async def save(self, request: Request, completion: Completion) -> None:
        """Store an answer; it is durable when this returns. Saving an equal request again changes nothing."""
        ...


class FindsAnswers(Protocol):
    """The answers of a finished or unfinished run, for reading alone."""

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request (equal `Request.hash`), or None."""
        ...

    def close(self) -> None:
        """Let go of the run."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMContext:
    """What a run tells a model's client when it connects.

    Attributes:
        role: the name in the run's `llms` ("fast", "strong").
        ideas: the problem's `ideas/` folder, or None; only the offline proposer reads it.
        seed: the run's seed.
        gates: one per endpoint, shared by all roles of the run that ask it.
        ledger: what the run has spent and may still spend.
        peers: the run's roles that are connected already, without their records and meters; for an ensemble.
        answers: opens the answers of another run, by its address; for a replay.
        quirks: parameters that earlier sessions of the run learnt that the model does not take.
        learnt: is told of further ones.
    """

    role: str
    ideas: Path | None
    seed: int
    gates: RateGates = field(default_factory=RateGates)
    ledger: Ledger = field(default_factory=Ledger)
    peers: Mapping[str, LLMClient] = field(default_factory=lambda: MappingProxyType({}))
    answers: Callable[[str], FindsAnswers] | None = None
    quirks: tuple[str, ...] = ()
    learnt: Callable[[str], object] = str


class LLM(Protocol):
    """The options of one kind of model, as a config gives them: a frozen dataclass."""

    def connect(self, context: LLMContext) -> LLMClient:
        """Return a client for one run; it sends nothing yet.

        Raises:
            EvoError: the options cannot work here (for example the key's variable is not set).
        """
        ...
