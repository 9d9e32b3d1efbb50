"""The stage `source_metrics`: how long and how branched a program is."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from evo.config.problem_spec import MeasureSpec
from evo.evaluate.stages.stage import (
    DataKind,
    StageContract,
    failed,
)
from evo.evaluate.stages.syntax import SYNTAX_SECONDS, refusal_of
from evo.execute.executor import JudgeQuestion
from evo.records import StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime

_SOURCE_METRICS = StageContract(
    provides=MappingProxyType({"code_length": DataKind.NUMBER, "complexity": DataKind.NUMBER}),
    measures=MappingProxyType(
        {
            "code_length": MeasureSpec(low=100.0, high=20_000.0, meaning="length of the program without comments"),
            "complexity": MeasureSpec(low=1.0, high=500.0, meaning="branches and functions of the program"),
        }
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMetrics:
    """Measures of the text: how long it is and how branched.

    Attributes:
        count: code_length in "characters" (of all tokens) or in "tokens"; comments, docstrings and space never count.
    """

    use: ClassVar[str] = "source_metrics"

    count: Literal["characters", "tokens"] = "characters"

    @property
    def contract(self) -> StageContract:
        """See there."""
        return _SOURCE_METRICS

    def text_question(self, runtime: Runtime) -> JudgeQuestion:
        """See `ReadsText`."""
        asked: dict[str, JSON] = {
            "files": dict(runtime.program.files),
            "count": self.count,
            "language": runtime.program.language,
        }
        return JudgeQuestion(op="source_metrics", cpu_seconds=SYNTAX_SECONDS, args=asked)

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return code_length and complexity (1 + branches) over all files."""
        answer = await runtime.ask_about_text(self.text_question(runtime))
        if refusal := refusal_of(answer):
            return failed(self.use, StageStatus.FAILED, refusal)
        outputs = {name: float(cast("float", answer.value[name])) for name in self.contract.provides}
        return StageResult(
            stage=self.use,
            status=StageStatus.SUCCESS,
            outputs=MappingProxyType(outputs),
            cpu_seconds=answer.cpu_seconds,
        )
