"""The model that answers what judges ask on the way to a score, through the run's own client.

What is asked depends on the question alone, never on program, run or ticket: equal questions have one answer, whichever
program asks first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from evo.canonical import canonical, fingerprint
from evo.errors import InfraError
from evo.llm.waits import Waits
from evo.records import ASK, Finish, Request
from evo.rng import derive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.llm.model import LLMClient
    from evo.records import Completion, Prompt

_AT_ONCE = 4
_SAID = frozenset({Finish.STOP, Finish.LENGTH, Finish.REFUSAL})


@dataclass(kw_only=True)
class Counsel:
    """Asks one model, for all judgements of a run.

    Attributes:
        client: the run's; its answers are durable before they come here.
        role: its name in `llms`.
        tries: how often a question is asked until there is an answer, whatever it says.
        at_once: questions in flight, at most.
        waits: is told which programs wait for what.
    """

    client: LLMClient
    role: str
    tries: int = 3
    at_once: int = _AT_ONCE
    waits: Waits = field(default_factory=Waits)

    def __post_init__(self) -> None:
        """Make room for what is in flight."""
        self._slots = asyncio.Semaphore(self.at_once)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answers(self, prompts: Sequence[JudgesQuestion], program: str) -> list[Completion]:
        """Return the answers to some questions, in their order.

        Raises:
            InfraError: the model gave none, as often as it was asked: nobody's fault here, so nobody is charged.
            LLMError: the model cannot be asked at all; the run pauses.
            BudgetSpent: a call could pass a budget, so it was not made.
        """
        tasks = [asyncio.ensure_future(self._answer(each, program)) for each in prompts]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            # What else went wrong at the same time is seen, so that nobody is told of it later.
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, question: JudgesQuestion, program: str) -> Completion:
        request = question.request(self.role)
        lock = self._locks.setdefault(request.hash, asyncio.Lock())
        why = ""
        with self.waits.resting(program, request.subject):
            for _ in range(self.tries):
                # Whoever asks the same meanwhile finds the answer where it is stored; a failure is not kept there.
                async with lock, self._slots:
                    answer = await self.client.complete(request)
                if answer.finish in _SAID:
                    return answer
                why = f"{answer.finish}: {answer.detail or 'no words'}"
        raise InfraError(f"{self.role} gave no answer to the judge in {self.tries} tries; the last: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgesQuestion:
    """A question of a judge, as it is put.

    Attributes:
        turn: which repetition of which retest asks; a score that is made once more is asked for once more.
    """

    prompt: Prompt
    max_tokens: int
    temperature: float | None = None
    sample: int = 0
    turn: tuple[int, int] = (0, 0)

    @property
    def subject(self) -> str:
        """What the question is known by: nothing but its words and how they are to be answered."""
        prompt = self.prompt
        what = [prompt.system, prompt.user, *prompt.turns]
        return fingerprint(canonical([what, self.max_tokens, self.temperature, self.sample, *self.turn]))

    def request(self, role: str) -> Request:
        """Return the request, the same at every try."""
        return Request(
            purpose=ASK,
            subject=self.subject,
            prompt=self.prompt,
            seed=derive(0, ASK, self.subject),
            llm=role,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
        )
