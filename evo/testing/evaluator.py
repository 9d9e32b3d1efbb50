"""Scores programs in the process that runs the tests: quick, and without any wall."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evo.judging import Invalid
from evo.records import Evaluation, EvaluationStatus, StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from evo.records import Bars, Program


def closeness(program: Program) -> tuple[float, dict[str, float]]:
    """Score `x = 0.3` best: return minus the distance from there, and the measures x and y.

    Raises:
        Invalid: the text is not of that form, or the number lies outside [0, 1].
    """
    name, _, text = program.files[next(iter(program.files))].partition("=")
    try:
        number = float(text)
    except ValueError:
        raise Invalid(f"expected `x = NUMBER`; got {text.strip()[:40]!r}") from None
    if name.strip() != "x" or not 0 <= number <= 1:
        raise Invalid(f"expected `x = NUMBER` in [0, 1]; got {number}")
    return -abs(number - 0.3), {"x": number, "y": number * 7 % 1}


@dataclass(frozen=True)
class UnsafeEvaluator:
    """Scores programs by a function of theirs, in this very process: for tests, never for what a model wrote.

    Attributes:
        score: program -> objective and measures, or Invalid is raised. Whatever else it raises ends the test.
        asked: the ids of the programs that were scored, in order.
    """

    score: Callable[[Program], tuple[float, dict[str, float]]] = closeness
    asked: list[str] = field(default_factory=list[str], compare=False)

    async def evaluate(self, program: Program, repetition: int = 0, *, bars: Bars | None = None) -> Evaluation:
        """Score a program; every repetition gives the same, and nothing ends early."""
        del repetition, bars
        self.asked.append(program.id)
        try:
            objective, measures = self.score(program)
        except Invalid as refused:
            stage = StageResult(stage="score", status=StageStatus.FAILED, detail=str(refused))
            return Evaluation(
                program=program.id, status=EvaluationStatus.INVALID, stages=(stage,), feedback=str(refused)
            )
        return Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID,
            objective=objective,
            measures=measures,
            stages=(StageResult(stage="score", status=StageStatus.SUCCESS),),
        )
