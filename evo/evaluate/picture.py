"""The problem's picture of a program: drawn by its `picture.py`, in a judge process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.errors import JudgeError
from evo.evaluate.inquiry import conversed, judged
from evo.execute.executor import JudgeAnswer, JudgeQuestion, Task

if TYPE_CHECKING:
    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime

PICTURE_SECONDS = 60.0
"""CPU seconds that a drawing may take."""


async def draw(subject: bytes | Task, runtime: Runtime) -> bytes:
    """Return the picture of a program as a PNG file's bytes.

    Args:
        subject: its output; or how it comes to life, where `picture.py` calls the program.
        runtime: the program, and where to draw it.

    Raises:
        JudgeError: `picture.py` failed, or wrote nothing.
        InfraError: the machine failed.
    """
    params: dict[str, JSON] = {"params": {**runtime.problem.params, **runtime.problem.judge_params}}
    if isinstance(subject, Task):
        answer = await _portray(subject, params, runtime)
    else:
        question = JudgeQuestion(
            op="picture", cpu_seconds=PICTURE_SECONDS, args=params, body=subject, folder=runtime.folder, draws=True
        )
        answer = await judged(question, runtime, runtime.problem.spec.asks)
    if answer.error or not answer.picture:
        name = runtime.problem.spec.name
        raise JudgeError(f"picture.py of problem {name}: {answer.error or 'wrote no file'}")
    return answer.picture


async def _portray(task: Task, params: dict[str, JSON], runtime: Runtime) -> JudgeAnswer:
    question = JudgeQuestion(op="portray", cpu_seconds=PICTURE_SECONDS, args=params, folder=runtime.folder, draws=True)
    found = await conversed(task, question, runtime, runtime.problem.spec.asks)
    if found.ended is not None:
        return JudgeAnswer(error=f"the program ended while it was drawn: {found.ended.status} {found.ended.detail}")
    answer = found.answer or JudgeAnswer()
    refusal = answer.value.get("refusal")
    return answer if refusal is None else JudgeAnswer(error=f"it refused what the program gave: {refusal}")
