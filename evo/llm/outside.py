"""Models that are nobody's program: whoever asks for a request and tells the answer, by `evo ask` and `evo tell`.

What was told is an answer in the store like any other, so a run with answers from outside replays without them.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from evo.errors import EvoError
from evo.llm.desk import errand_name
from evo.llm.model import LLM, LLMClient, ModelFacts
from evo.llm.prices import FREE, Spend

if TYPE_CHECKING:
    from evo.llm.desk import Desk
    from evo.llm.model import LLMContext
    from evo.llm.waits import Waits
    from evo.records import Completion, Request

Trust: TypeAlias = Literal["judged", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside(LLM):
    """Whoever asks for a ticket and tells a program.

    Attributes:
        lease: seconds from when a ticket is laid out, and again from when it is taken, after which it ends ABANDONED
            if nobody has told; over 0, None for never.
        trust: "judged": programs are told, and scored here; "told": a score that was made elsewhere may be told with a
            program, and counts as it is.
    """

    lease: float | None = 3600.0
    trust: Trust = "judged"

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            EvoError: a lease that is none, or a word that is no degree of trust.
        """
        if self.lease is not None and not 0 < self.lease < math.inf:
            raise EvoError(f"lease: expected seconds, over 0, or null for no end; got {self.lease}")
        if self.trust not in get_args(Trust):
            raise EvoError(f"trust: expected one of {', '.join(get_args(Trust))}; got {self.trust!r}")

    @property
    def facts(self) -> ModelFacts:
        """It costs what is told with the answer."""
        return ModelFacts(prices=FREE, model="outside", patient=True, trusted=self.trust == "told")

    def connect(self, context: LLMContext) -> LLMClient:
        """Return the client, which lays requests on the run's desk."""
        return DeskClient(context.desk, context.waits, self.lease)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual(LLM):
    """A person with a chat that has no API: shows what to paste there, and takes what comes back.

    The run waits, for ever by default, and the screen and `evo status` say for what: `evo ask RUN` shows the prompt,
    and `evo tell RUN TICKET - --answer` takes the answer from the terminal.

    Attributes:
        lease: seconds after which a ticket ends ABANDONED if nobody has answered; over 0, None for never.
    """

    lease: float | None = None

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            EvoError: a lease that is none.
        """
        Outside(lease=self.lease)

    @property
    def facts(self) -> ModelFacts:
        """It costs what is told with the answer."""
        return ModelFacts(prices=FREE, model="manual", patient=True)

    def connect(self, context: LLMContext) -> LLMClient:
        """Return the client, which lays requests on the run's desk and says so."""
        return DeskClient(context.desk, context.waits, self.lease, asks=context.role)


class DeskClient:
    """Lays requests on a desk and waits; what an answer costs is what was told with it.

    Args:
        desk: of the run.
        waits: is told that a request is not on its way, and by name of those that a person has to see.
        lease: seconds; None for ever.
        asks: the role that a person answers; "" where nobody is called.
    """

    def __init__(self, desk: Desk, waits: Waits, lease: float | None, asks: str = "") -> None:
        self._desk, self._waits, self._lease, self._asks = desk, waits, lease, asks

    def worst(self, request: Request) -> Spend:
        """Set nothing aside: nobody knows what an answer will have cost."""
        del request
        return Spend()

    async def complete(self, request: Request) -> Completion:
        """Return what is told; meanwhile a run that is to stop need not wait."""
        name = errand_name(request)
        if self._asks:
            told = f"{self._asks} is asked ticket {name}: `evo ask` shows it, `evo tell RUN {name} - --answer` takes it"
            self._waits.park(f"{self._asks} {name}", told)
        try:
            with self._waits.idle(request):
                return await self._desk.answered(request, self._lease)
        finally:
            if self._asks:
                self._waits.park(f"{self._asks} {name}", "")

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""


class Withheld:
    """A client that is not asked in this session: a request waits, and is made again when the run goes on."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits

    async def complete(self, request: Request) -> Completion:
        """Wait to be taken back."""
        with self._waits.idle(request):
            await asyncio.Event().wait()
        raise AssertionError("nobody sets that event")

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""
