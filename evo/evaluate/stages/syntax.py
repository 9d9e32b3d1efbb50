"""The stage `syntax`: parses the program without running it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from evo.evaluate.stages.stage import (
    DataKind,
    StageContract,
    failed,
)
from evo.execute.executor import JudgeQuestion
from evo.records import StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime
    from evo.execute.executor import JudgeAnswer


SYNTAX_SECONDS = 5.0
"""CPU seconds that parsing one program may take."""


_SYNTAX = StageContract(provides=MappingProxyType({"imports": DataKind.NAMES}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Parses the program without running it: entry present, imports within the problem's list.

    A program in another language than Python is not parsed: its comments, texts and brackets have to end, and the name
    of its entry to occur.

    Attributes:
        imports: whether modules outside the problem's list are refused. Hygiene that tells a model early; the sandbox
            is what protects.
    """

    use: ClassVar[str] = "syntax"

    imports: bool = True

    @property
    def contract(self) -> StageContract:
        """See there."""
        return _SYNTAX

    def text_question(self, runtime: Runtime) -> JudgeQuestion:
        """See `ReadsText`."""
        wanted = runtime.problem.spec.program
        asked: dict[str, JSON] = {
            "files": dict(runtime.program.files),
            "entry_file": runtime.entry_file,
            "entry": wanted.entry,
            "allowed": list(wanted.imports) if self.imports and not wanted.root else None,
            "warm": list(wanted.imports),
            "language": runtime.program.language,
        }
        return JudgeQuestion(op="syntax", cpu_seconds=SYNTAX_SECONDS, args=asked)

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return the dotted names that the program imports from the problem's list."""
        answer = await runtime.ask_about_text(self.text_question(runtime))
        if refusal := refusal_of(answer):
            return failed(self.use, StageStatus.FAILED, refusal)
        return StageResult(
            stage=self.use,
            status=StageStatus.SUCCESS,
            outputs=MappingProxyType({"imports": answer.value["imports"]}),
            cpu_seconds=answer.cpu_seconds,
        )


def refusal_of(answer: JudgeAnswer) -> str:
    """Return why a text was not parsed, or "". What a parser dies of is the text: never the judge's fault."""
    if not answer.error:
        return str(answer.value.get("refusal", ""))
    # Of a traceback the last line: the others say where the interpreter lies.
    words = [line for line in answer.error.splitlines() if line.strip() and not line.startswith(" ")]
    return f"the program cannot be parsed: {words[0] if words else 'no reason was given'}"
