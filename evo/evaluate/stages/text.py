"""The stage `text`: the program's own text is the output, for programs that are read and not run.

A prompt, a sheet of rules, a poem: nothing of it is executed, so there is nothing to confine. The judge gets what it
would get of a program that returned its text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from evo.config.problem_spec import MeasureSpec
from evo.evaluate.stages.stage import OUTPUT, DataKind, StageContract
from evo.records import StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime

_TEXT = StageContract(
    provides=MappingProxyType({**OUTPUT, "text_length": DataKind.NUMBER, "text_lines": DataKind.NUMBER}),
    private=tuple(OUTPUT),
    measures=MappingProxyType(
        {
            "text_length": MeasureSpec(low=10.0, high=20_000.0, meaning="characters of the text"),
            "text_lines": MeasureSpec(low=1.0, high=500.0, meaning="lines of the text that are not empty"),
        }
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStage:
    """Gives the judge the program's text: a string, or of several files a mapping of path to text."""

    use: ClassVar[str] = "text"

    @property
    def contract(self) -> StageContract:
        """See there."""
        return _TEXT

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return the text as the JSON of an output, without starting anything."""
        files = dict(runtime.program.files)
        said: JSON = next(iter(files.values())) if len(files) == 1 else {**files}
        outputs: dict[str, JSON] = {
            "output": json.dumps(said),
            "params": dict(runtime.problem.params),
            "text_length": float(sum(map(len, files.values()))),
            "text_lines": float(sum(bool(line.strip()) for text in files.values() for line in text.splitlines())),
        }
        return StageResult(stage=self.use, status=StageStatus.SUCCESS, outputs=MappingProxyType(outputs))
