"""What stages want to know of a program's text, asked of a judge in one request: each alone costs as much again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from evo.execute.executor import JudgeAnswer, JudgeQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.canonical import JSON
    from evo.execute.executor import Executor

SEVERAL = "several"
"""The judge's operation that answers questions one after another, up to the first one that it refuses."""


class TextQuestions:
    """The questions about one program's text; the first that is asked takes the others along.

    Args:
        executor: asks judges.
        questions: all that the pipeline's stages have.
    """

    def __init__(self, executor: Executor, questions: Sequence[JudgeQuestion]) -> None:
        self._executor, self._questions = executor, questions
        self._answers: dict[int, JudgeAnswer] = {}
        self._asking, self._asked = asyncio.Lock(), len(questions) < 2  # noqa: PLR2004 - nothing to take along

    async def ask(self, question: JudgeQuestion) -> JudgeAnswer:
        """Return a judge's answer to a question; one that none of the stages has is asked by itself.

        Raises:
            InfraError: as `Executor.judge`.
        """
        async with self._asking:
            if not self._asked:
                self._asked = True
                await self._ask_all()
        place = self._questions.index(question) if question in self._questions else -1
        return self._answers[place] if place in self._answers else await self._executor.judge(question)

    async def _ask_all(self) -> None:
        # What cannot be answered together, within the time of one, is asked one by one: the verdict stays the same.
        seconds = max(each.cpu_seconds for each in self._questions)
        asked: list[JSON] = [{**each.args, "op": each.op} for each in self._questions]
        together = JudgeQuestion(op=SEVERAL, cpu_seconds=seconds, args={"questions": asked})
        answer = await self._executor.judge(together)
        if answer.error:
            return
        for place, each in enumerate(cast("list[dict[str, JSON]]", answer.value["answers"])):
            value, used = cast("dict[str, JSON]", each["value"]), cast("float", each["cpu_seconds"])
            self._answers[place] = replace(answer, value=value, cpu_seconds=used)
