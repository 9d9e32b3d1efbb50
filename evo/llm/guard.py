"""Anybody's client as the run relies on it: the boundary at which a model's own code may fail in any way.

Whatever it raises becomes an LLMError that names it, so the run pauses and can be taken up; what it answers is checked,
and says what it cost. No message that leaves here holds a secret.
"""

from __future__ import annotations

import asyncio
import math
import traceback
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from evo.errors import EvoError, LLMError, StoreError
from evo.llm.budget import BudgetSpent
from evo.llm.model import Parks, Priced
from evo.llm.prices import estimated_tokens, worst_prompt_tokens, worst_spend
from evo.records import Completion, Finish
from evo.text import cut, redact, sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from evo.llm.model import LLMClient, ModelFacts
    from evo.llm.prices import Spend
    from evo.records import Request

_WORDS_MAX_BYTES = 1000
_CLOSE_SECONDS = 30.0


@contextmanager
def blaming(
    whose: str, secrets: Sequence[str], *, spares: type[EvoError] | tuple[type[EvoError], ...] = (LLMError, StoreError)
) -> Generator[None]:
    """Turn whatever is raised inside into an LLMError that says whose fault it is.

    Args:
        whose: begins the message: the role, and what was being done.
        secrets: what no message may show.
        spares: errors that say enough by themselves; they lose the secrets in their words, and nothing else.
    """
    try:
        yield
    except BudgetSpent:
        raise
    except spares as error:
        error.args = tuple(redact(str(word), secrets) for word in error.args)
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Nobody cancelled this call, so the client lost its way among cancellations of its own.
        raise _fault(whose, error, secrets) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary to a model's own code
        # The cause is not chained: its words may hold a key, and tracebacks are printed by whoever likes to.
        raise _fault(whose, error, secrets) from None


def _fault(whose: str, error: BaseException, secrets: Sequence[str]) -> LLMError:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    paths = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    theirs = [(path.name, line) for path, line in paths if path.parent != Path(__file__).parent]
    place = f" at {theirs[-1][0]}:{theirs[-1][1]}" if theirs else ""
    words = cut(redact(sanitise(str(error)), secrets), _WORDS_MAX_BYTES)
    return LLMError(
        f"{whose}: {type(error).__name__}{place}{f': {words}' if words else ''}. "
        "This is a fault in the code of that model: expected an answer or an LLMError"
    )


class Guarded:
    """A client of somebody's that fails and charges as the run expects.

    A client that is `Priced`, or asks members that are, has its books taken as they are. The answers of any other are
    charged by the model's prices where they name no cost, and estimated where they name no usage: one token for each
    four bytes; at the worst case for an error or an answer that was cut off, since nobody says what was used.

    Args:
        client: of somebody's.
        role: in the run's `llms`.
        facts: of its model.
        secrets: what no message may show.
        tell: is told when the client cannot be closed.
    """

    def __init__(
        self,
        client: LLMClient,
        role: str,
        facts: ModelFacts,
        secrets: Sequence[str] = (),
        tell: Callable[[str], object] = str,
    ) -> None:
        self._client, self._facts, self._secrets, self._tell = client, facts, (*secrets, *facts.secrets), tell
        self._whose = f"llms.{role} ({type(client).__name__})"

    @property
    def parked(self) -> bool:
        """Whether the model is left alone for now."""
        with blaming(f"{self._whose}, whether it is parked", self._secrets):
            return isinstance(self._client, Parks) and self._client.parked

    def worst(self, request: Request) -> Spend:
        """Return the most that one try of this request can cost.

        Raises:
            LLMError: the client cannot say.
        """
        if not isinstance(self._client, Priced):
            return worst_spend(request, self._facts.prices, self._facts.max_tokens)
        with blaming(f"{self._whose}, what a call can cost", self._secrets):
            worst = self._client.worst(request)
            if not _amount(worst.usd) or not _amount(worst.tokens):
                raise ValueError(f"expected amounts of 0 or more; got {worst}")
        return worst

    async def complete(self, request: Request) -> Completion:
        """Return the client's answer with what it cost.

        Raises:
            LLMError: as the client, or because of it.
        """
        with blaming(f"{self._whose}, asked for {request.purpose} {request.subject}", self._secrets):
            answer = await self._client.complete(request)
            if flaw := _flaw(answer):
                raise TypeError(flaw)
        if isinstance(self._client, Priced) or self._facts.members:
            return answer
        return self._charged(request, answer)

    async def close(self) -> None:
        """Close the client; one that cannot be closed is told of and left."""
        try:
            with blaming(f"{self._whose}, closed", self._secrets, spares=()):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._client.close()
        except LLMError as error:
            self._tell(str(error))

    def _charged(self, request: Request, answer: Completion) -> Completion:
        if answer.prompt_tokens == answer.completion_tokens == 0:
            answer = self._estimated(request, answer)
        if answer.cost_usd > 0 or self._facts.prices is None:
            return answer
        usd = self._facts.prices.usd(answer.prompt_tokens, answer.completion_tokens, answer.cached_tokens)
        return replace(answer, cost_usd=usd)

    def _estimated(self, request: Request, answer: Completion) -> Completion:
        prompt = estimated_tokens(request.prompt.whole)
        completion = estimated_tokens(answer.text)
        if answer.finish in {Finish.ERROR, Finish.LENGTH}:
            prompt = worst_prompt_tokens(request)
            completion = self.worst(request).tokens - prompt
        return replace(answer, prompt_tokens=prompt, completion_tokens=completion, estimated=True)


def _amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _flaw(answer: object) -> str:
    """Return what is wrong with what a client returned, "" for nothing."""
    if not isinstance(answer, Completion):
        return f"expected an evo.records.Completion; got {type(answer).__name__}"
    for name in ("text", "model", "detail", "thoughts"):
        if not isinstance(value := getattr(answer, name), str):
            return f"{name}: expected a text; got {type(value).__name__}"
    if not isinstance(value := getattr(answer, "finish"), Finish):  # noqa: B009 - its type is what is checked
        return f"finish: expected an evo.records.Finish; got {value!r}"
    for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"):
        if not isinstance(value := getattr(answer, name), int) or not _amount(value):
            return f"{name}: expected a whole number, 0 or more; got {value!r}"
    return "" if _amount(answer.cost_usd) else f"cost_usd: expected usd, 0 or more; got {answer.cost_usd!r}"
