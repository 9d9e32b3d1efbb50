"""A judge that asks a model on the way to a score: its questions are put, and it is set to work again with the answers.

The judge's process has no key and no network. A judge that wants to know something ends with its questions in place of
a score; here they are asked, and the judge is put to work again with all answers so far, until it has a score. So an
executor need not know of models, however far away it runs; no process and no deadline waits for one; and whatever was
answered is durable before a judge reads it, and is found again on resume and replay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from evo.evaluate.counsel import JudgesQuestion
from evo.execute.executor import JudgeAnswer
from evo.judging.questions import ANSWERED, ASKS
from evo.records import Prompt
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.canonical import JSON
    from evo.config.problem_spec import AskSpec
    from evo.evaluate.stages.stage import Runtime
    from evo.execute.executor import Conversation, JudgeQuestion, Task

ROUNDS_MAX = 64
"""How often one judgement may come back with questions: more is a judge that asks something else each time."""
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
