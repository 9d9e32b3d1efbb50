"""What a model is asked on the way to a score: a judge's questions, put through the run's own client.

The judge's process has no key and no network. A judge that wants to know something ends with its questions in place of
a score; here they are asked, and the judge is put to work again with all answers so far, until it has a score. So an
executor need not know of models, however far away it runs; no process and no deadline waits for one; and whatever was
answered is durable before a judge reads it, and is found again on resume and replay.

What is asked depends on the question alone, never on program, run or ticket: equal questions have one answer, whichever
program asks first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable
from weakref import WeakValueDictionary

from evo.canonical import canonical, fingerprint
from evo.errors import InfraError
from evo.execute.executor import JudgeAnswer
from evo.judging.asking import ANSWERED, ASKS
from evo.llm.waits import Waits
from evo.records import ASK, Finish, Prompt, Request
from evo.rng import derive
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.canonical import JSON
    from evo.config.problem_spec import AskSpec
    from evo.evaluate.stages.stage import Runtime
    from evo.execute.executor import Conversation, JudgeQuestion, Task
    from evo.llm.model import LLMClient
    from evo.records import Completion

ROUNDS_MAX = 64
"""How often one judgement may come back with questions: more is a judge that asks something else each time."""
_AT_ONCE = 4
_SAID = frozenset({Finish.STOP, Finish.LENGTH, Finish.REFUSAL})
_KEYS = frozenset({"prompt", "system", "said", "max_tokens", "temperature", "sample"})


@runtime_checkable
class AsksThroughRun(Protocol):
    """A stage of which somebody's own code may ask the model that the run names in `evaluate.ask`.

    Attributes:
        asks: how much, at most; None: nothing.
    """

    asks: AskSpec | None


class UnfitQuestionError(Exception):
    """A question that may not be put: the judge is at fault."""


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


class _Sitting:
    """One judgement: what has been asked and answered so far, and what it took of the judge.

    Args:
        asked: what the judge is to do.
        runtime: for whom, and who answers.
        limits: what may be asked; None: nothing.
    """

    def __init__(self, asked: JudgeQuestion, runtime: Runtime, limits: AskSpec | None) -> None:
        self._asked, self._runtime, self._limits = asked, runtime, limits
        self._answered: list[JSON] = []
        self._rounds, self._cpu_seconds = 0, 0.0

    @property
    def question(self) -> JudgeQuestion:
        """What the judge is asked now."""
        if self._limits is None:
            return self._asked
        return replace(self._asked, args={**self._asked.args, ANSWERED: list(self._answered)})

    async def heard(self, answer: JudgeAnswer) -> JudgeAnswer | None:
        """Take what a judge answered; return what it comes to, or None where the judge is to be asked again."""
        if self._limits is None:
            return answer
        self._cpu_seconds += answer.cpu_seconds
        asks = answer.value.get(ASKS)
        if answer.error or asks is None:
            return replace(answer, cpu_seconds=self._cpu_seconds)
        try:
            await self._ask(cast("list[dict[str, Any]]", asks), self._limits)
        except UnfitQuestionError as error:
            return JudgeAnswer(error=str(error), cpu_seconds=self._cpu_seconds)
        return None

    async def _ask(self, asks: list[dict[str, Any]], limits: AskSpec) -> None:
        counsel, runtime = self._runtime.counsel, self._runtime
        self._rounds += 1
        if counsel is None:
            raise UnfitQuestionError("the judge asks a model, and none is here: a run says which in `evaluate.ask`")
        if self._rounds > ROUNDS_MAX:
            raise UnfitQuestionError(f"the judge came back with new questions {ROUNDS_MAX} times; ask more at once")
        if len(self._answered) + len(asks) > limits.questions:
            most = f"asks.questions = {limits.questions}"
            raise UnfitQuestionError(f"the judge asked {len(self._answered) + len(asks)} questions; {most}")
        turn = (runtime.repetition, runtime.retest)
        found = await counsel.answers([_read(each, limits, turn) for each in asks], runtime.program.id)
        said = zip(asks, found, strict=True)
        self._answered += [cast("JSON", [each, answer.text, str(answer.finish)]) for each, answer in said]


async def judged(asked: JudgeQuestion, runtime: Runtime, limits: AskSpec | None) -> JudgeAnswer:
    """Ask a judge, and models for it, until it has an answer.

    Args:
        asked: what it is to do.
        runtime: the program, the executor and who answers questions.
        limits: what the judge may ask; None: nothing.

    Raises:
        InfraError, LLMError, BudgetSpent: as `Counsel.answers`.
    """
    sitting = _Sitting(asked, runtime, limits)
    while True:
        answer = await sitting.heard(await runtime.executor.judge(sitting.question))
        if answer is not None:
            return answer


async def conversed(task: Task, asked: JudgeQuestion, runtime: Runtime, limits: AskSpec | None) -> Conversation:
    """Let a judge call a program, and ask models for it; each round has a fresh process of the program.

    Raises:
        InfraError, LLMError, BudgetSpent: as `Counsel.answers`.
    """
    sitting = _Sitting(asked, runtime, limits)
    while True:
        found = await runtime.executor.converse(task, sitting.question)
        if found.answer is None:
            return found
        answer = await sitting.heard(found.answer)
        if answer is not None:
            return replace(found, answer=answer)


def _read(asked: dict[str, Any], limits: AskSpec, turn: tuple[int, int]) -> JudgesQuestion:
    """Return a question that may be put.

    Raises:
        UnfitQuestionError: it is longer than the problem allows, or none of ours.
    """
    if unknown := set(asked) - _KEYS:
        raise UnfitQuestionError(f"the judge's question has {min(unknown)!r}; expected {', '.join(sorted(_KEYS))}")
    said = tuple(sanitise(str(each)) for each in cast("Sequence[object]", asked.get("said", ())))
    prompt = Prompt(system=sanitise(str(asked["system"])), user=sanitise(str(asked["prompt"])), turns=said)
    size = len(prompt.whole.encode("utf-8", "backslashreplace"))
    if size > 1000 * limits.prompt_kb:
        raise UnfitQuestionError(f"the judge's question has {size} bytes; asks.prompt_kb = {limits.prompt_kb:g}")
    most = int(asked.get("max_tokens", limits.max_tokens))
    if most > limits.max_tokens:
        raise UnfitQuestionError(f"the judge asked for {most} tokens; asks.max_tokens = {limits.max_tokens}")
    temperature = asked.get("temperature")
    return JudgesQuestion(
        prompt=prompt,
        max_tokens=most,
        temperature=None if temperature is None else float(temperature),
        sample=int(asked.get("sample", 0)),
        turn=turn,
    )
