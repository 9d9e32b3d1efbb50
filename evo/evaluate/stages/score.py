"""The stage `score`: the problem's own judge."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, cast

from evo.evaluate.conversation import conduct
from evo.evaluate.inquiry import judged
from evo.evaluate.stages.stage import (
    VERDICT,
    DataKind,
    StageContract,
    scored,
    unsaid,
)
from evo.execute.executor import JudgeQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime
    from evo.records import StageResult


_SCORE = StageContract(
    needs=MappingProxyType({"output": DataKind.RAW}),
    wants=MappingProxyType({"params": DataKind.DATA}),
    provides=VERDICT,
    limited=("judge_seconds",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Lets the problem's `evaluate.py` score the raw output, in a process that never ran a candidate.

    Where the judge calls the candidate, the candidate runs while it is scored, under the limits of the stage `call`.
    """

    use: ClassVar[str] = "score"

    @property
    def contract(self) -> StageContract:
        """See there."""
        return _SCORE

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return objective, measures, metrics and feedback; or `refusal`, the reason of an Invalid."""
        problem = runtime.problem
        if problem.spec.program.called_by == "judge":
            return await conduct(self.use, inputs, runtime)
        raw = str(inputs["output"]).encode("utf-8", "surrogateescape")
        params = cast("dict[str, JSON]", inputs.get("params", dict(problem.params)))
        question = JudgeQuestion(
            op="score",
            cpu_seconds=runtime.limits.judge_seconds,
            args={
                "params": {**params, **problem.judge_params},
                "measures": list(problem.spec.measures),
                **runtime.race,
            },
            body=raw,
            folder=runtime.folder,
        )
        return scored(
            self.use, unsaid(await judged(question, runtime, problem.spec.asks), problem), problem.spec.objective.name
        )
