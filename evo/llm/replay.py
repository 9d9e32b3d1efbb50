"""A model that says what was said before: the stored answers of another run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.errors import EvoError, LLMError
from evo.llm.model import LLM, Free, ModelFacts
from evo.llm.prices import FREE

if TYPE_CHECKING:
    from evo.llm.model import FindsAnswers, LLMContext
    from evo.records import Completion, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(LLM):
    """Stored answers.

    Attributes:
        run: the run that holds them, as everywhere: a path, an id or `@last`.
    """

    run: str

    @property
    def facts(self) -> ModelFacts:
        """What was said before is paid for."""
        return ModelFacts(prices=FREE, model="replay")

    def connect(self, context: LLMContext) -> ReplayClient:
        """Open the run for reading.

        Raises:
            NotFoundError: there is no such run.
            EvoError: runs cannot be opened from here.
        """
        if context.answers is None:
            raise EvoError("run: stored answers can only be served to a run that has a folder")
        return ReplayClient(context.answers(self.run), self.run)


class ReplayClient(Free):
    """The client of a `Replay`."""

    def __init__(self, answers: FindsAnswers, run: str) -> None:
        self._answers, self._run = answers, run

    async def complete(self, request: Request) -> Completion:
        """Return the stored answer to an equal request; it costs nothing now.

        Raises:
            LLMError: there is none: the runs differ in what they ask from here on.
        """
        found = self._answers.find(request)
        if found is None:
            raise LLMError(
                f"llms.{request.llm}: run {self._run} holds no answer to this request ({request.purpose} "
                f"{request.subject}, attempt {request.attempt}); seed, problem, prompts or window differ from here on"
            )
        return replace(found, cost_usd=0.0)

    async def close(self) -> None:
        """Let go of the run."""
        self._answers.close()
