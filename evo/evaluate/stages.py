"""The stages that ship: each one a frozen value whose fields are its options.

A stage says by name what it reads and what it provides; `graph.py` joins them. Candidate text is parsed and candidate
output is decoded in a judge process, never here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from evo.evaluate.called import conduct, order
from evo.evaluate.stage import (
    CANDIDATE_LIMITS,
    OUTPUT,
    VERDICT,
    Contract,
    Kind,
    candidate_limits,
    failed,
    produced,
    scored,
)
from evo.execute.executor import Task
from evo.records import StageResult
from evo.spec.statement import MeasureSpec
from evo.verdicts import StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.judges import Answer
    from evo.evaluate.stage import Runtime

SYNTAX_SECONDS = 5.0
"""CPU seconds that parsing one program may take."""


_SYNTAX = Contract(provides=MappingProxyType({"imports": Kind.NAMES}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Parses the program without running it: entry present, imports within the problem's list.

    Attributes:
        imports: whether modules outside the problem's list are refused. Hygiene that tells a model early; the sandbox
            is what protects.
    """

    use: ClassVar[str] = "syntax"

    imports: bool = True

    @property
    def contract(self) -> Contract:
        """See there."""
        return _SYNTAX

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return the dotted names that the program imports from the problem's list."""
        wanted = runtime.problem.spec.program
        answer = await runtime.judges.ask(
            {
                "op": "syntax",
                "files": dict(runtime.program.files),
                "entry_file": runtime.entry_file,
                "entry": wanted.entry,
                "allowed": list(wanted.imports) if self.imports else None,
                "warm": list(wanted.imports),
            },
            cpu_seconds=SYNTAX_SECONDS,
        )
        if refusal := _refusal(answer):
            return failed(self.use, StageStatus.FAILED, refusal)
        return StageResult(
            stage=self.use,
            status=StageStatus.SUCCESS,
            outputs=MappingProxyType({"imports": answer.value["imports"]}),
            cpu_seconds=answer.cpu_seconds,
        )


_SOURCE_METRICS = Contract(
    provides=MappingProxyType({"code_length": Kind.NUMBER, "complexity": Kind.NUMBER}),
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
    def contract(self) -> Contract:
        """See there."""
        return _SOURCE_METRICS

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return code_length and complexity (1 + branches) over all files."""
        request: dict[str, JSON] = {"op": "source_metrics", "files": dict(runtime.program.files), "count": self.count}
        answer = await runtime.judges.ask(request, cpu_seconds=SYNTAX_SECONDS)
        if refusal := _refusal(answer):
            return failed(self.use, StageStatus.FAILED, refusal)
        outputs = {name: float(cast("float", answer.value[name])) for name in self.contract.provides}
        return StageResult(
            stage=self.use,
            status=StageStatus.SUCCESS,
            outputs=MappingProxyType(outputs),
            cpu_seconds=answer.cpu_seconds,
        )


_CALL = Contract(
    wants=MappingProxyType({"imports": Kind.NAMES}),
    provides=OUTPUT,
    private=tuple(OUTPUT),
    limited=CANDIDATE_LIMITS,
    seeded=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Calls the program's entry in the sandbox with the problem's parameters and its constant seed.

    Attributes:
        params: in place of the problem's, for cheap first steps.
    """

    use: ClassVar[str] = "call"

    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def contract(self) -> Contract:
        """See there."""
        return _CALL

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return the raw output as JSON text, unparsed; bytes that are not UTF-8 become lone surrogates.

        Where the judge calls the candidate nothing runs yet: the output is what `score` is to run it with.
        """
        program, used = runtime.problem.spec.program, cast("list[str] | None", inputs.get("imports"))
        params = {**runtime.problem.params, **self.params}
        task = Task(
            files=runtime.program.files,
            entry_file=runtime.entry_file,
            entry=program.entry,
            kwargs={**params, "seed": runtime.seed},
            imports=_warm(program.imports, used),
            limits=candidate_limits(runtime),
        )
        if program.called_by == "judge":
            return StageResult(
                stage=self.use, status=StageStatus.SUCCESS, outputs=MappingProxyType(order(task, params))
            )
        return produced(self.use, await runtime.executor.run(task), params)


_SCORE = Contract(
    needs=MappingProxyType({"output": Kind.RAW}),
    wants=MappingProxyType({"params": Kind.DATA}),
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
    def contract(self) -> Contract:
        """See there."""
        return _SCORE

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return objective, measures, metrics and feedback; or `refusal`, the reason of an Invalid."""
        problem = runtime.problem
        if problem.spec.program.called_by == "judge":
            return await conduct(self.use, inputs, runtime)
        raw = str(inputs["output"]).encode("utf-8", "surrogateescape")
        params = cast("dict[str, JSON]", inputs.get("params", dict(problem.params)))
        answer = await runtime.judges.ask(
            {
                "op": "score",
                "folder": str(problem.folder.resolve()),
                "params": params,
                "measures": list(problem.spec.measures),
            },
            raw,
            cpu_seconds=runtime.limits.judge_seconds,
        )
        return scored(self.use, answer)


def _refusal(answer: Answer) -> str:
    """Return why a text was not parsed, or "". What a parser dies of is the text: never the judge's fault."""
    return f"the program cannot be parsed: {answer.error}" if answer.error else str(answer.value.get("refusal", ""))


def _warm(allowed: tuple[str, ...], used: list[str] | None) -> tuple[str, ...]:
    """Return the modules to find warm: what the program uses, and the standard library's share of the list.

    Forking costs by resident page, so scipy is not made resident for programs that never name it.
    """
    stdlib = {name for name in allowed if name.partition(".")[0] in sys.stdlib_module_names}
    return tuple(sorted(stdlib | set(allowed if used is None else used)))
