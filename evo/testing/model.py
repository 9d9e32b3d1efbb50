"""A model that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from evo.llm.model import LLM, ModelFacts
from evo.llm.prices import FREE, Prices, estimated_tokens
from evo.records import Completion, Request
from evo.rng import stream

if TYPE_CHECKING:
    from evo.llm.model import LLMContext

Answer: TypeAlias = str | Completion
Answers: TypeAlias = tuple[Answer, ...] | Callable[[Request], Answer]

_NUMBER = re.compile(r"x = (-?[\d.]+(?:e-?\d+)?)")


def nearby(request: Request) -> str:
    """Answer with a program whose number is near that of the first one in the prompt, as far as `request.seed` says."""
    found = _NUMBER.search(request.prompt.user)
    number = float(found[1]) if found else 0.5
    step = stream(request.seed, "nearby", request.subject).gauss(0.0, 0.1)
    return f"a step\n\n```python\nx = {round(min(max(number + step, 0.0), 1.0), 6)}\n```\n"


@dataclass(frozen=True)
class ScriptedModel(LLM):
    """A model for tests: what it answers is a function of the request alone, so a run with it replays.

    Attributes:
        answers: the answer to ticket t is number t modulo their count; or a function of the request. A text, or a whole
            `Completion` where usage, cost or trouble matters.
        prices: of what it says; free by default, None for a model whose prices nobody knows.
        requests: what it was asked so far, in the order of asking; no option.
    """

    answers: Answers = nearby
    prices: Prices | None = FREE
    requests: list[Request] = field(default_factory=list[Request], init=False, compare=False, repr=False)

    @property
    def facts(self) -> ModelFacts:
        """It costs what its prices say."""
        return ModelFacts(prices=self.prices, model="scripted")

    def connect(self, context: LLMContext) -> ScriptedClient:
        """Return the client; all of them share the record of what was asked."""
        del context
        return ScriptedClient(self)


class ScriptedClient:
    """The client of a `ScriptedModel`."""

    def __init__(self, model: ScriptedModel) -> None:
        self._model = model

    async def complete(self, request: Request) -> Completion:
        """Answer at once."""
        self._model.requests.append(request)
        answer = _answer(self._model.answers, request)
        if isinstance(answer, Completion):
            return answer
        return Completion(
            text=answer,
            model="scripted",
            prompt_tokens=estimated_tokens(request.prompt.whole),
            completion_tokens=estimated_tokens(answer),
        )

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""


def _answer(answers: Answers, request: Request) -> Answer:
    if callable(answers):
        return answers(request)
    number = int(request.subject) if request.subject.isdecimal() else request.seed
    return answers[number % len(answers)] if answers else ""
