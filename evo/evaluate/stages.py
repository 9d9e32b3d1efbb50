"""The stages that ship: each one a frozen value whose fields are its options.

A stage says by name what it reads and what it provides; `graph.py` joins them. Candidate text is parsed and candidate
output is decoded in a judge process, never here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, cast

from evo.evaluate.called import conduct, order
from evo.execute.executor import Task
from evo.execute.sandbox import Limits
from evo.records import StageResult
from evo.spec.statement import MeasureSpec
from evo.text import normalise_detail
from evo.verdicts import StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.judges import Answer, Judges
    from evo.execute.executor import Executor, TaskResult
    from evo.records import Program
    from evo.spec.problem import Problem

_NONE: Mapping[str, MeasureSpec] = MappingProxyType({})
SYNTAX_SECONDS = 5.0
"""CPU seconds that parsing one program may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What a stage may use: one program of one problem, and the two places where work is done."""

    program: Program
    problem: Problem
    executor: Executor
    judges: Judges

    @property
    def entry_file(self) -> str:
        """The file that is run: the problem's name for it, or the program's only file."""
        name, files = self.problem.spec.program.file, self.program.files
        return next(iter(files)) if name not in files and len(files) == 1 else name


class Stage(Protocol):
    """One step of an evaluation.

    Attributes:
        use: the name in pipeline files.
        needs: inputs that some stage upstream must provide; wants: inputs that are used where one does.
        provides: the names in `outputs` that later stages may read.
        private: those of `provides` that are too large to be kept with the evaluation.
        measures: what it adds to the problem's measures; part of `provides`.

    `run` returns the candidate's failures as statuses. That the machine failed is the status INFRA_ERROR or an
    InfraError; either way the stage is run once more.
    """

    use: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    wants: ClassVar[tuple[str, ...]]
    provides: ClassVar[tuple[str, ...]]
    private: ClassVar[tuple[str, ...]]
    measures: ClassVar[Mapping[str, MeasureSpec]]

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Do the step for one program."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Parses the program without running it: entry present, imports within the problem's list.

    Attributes:
        imports: whether modules outside the problem's list are refused. Hygiene that tells a model early; the sandbox
            is what protects.
    """

    use: ClassVar[str] = "syntax"
    needs: ClassVar[tuple[str, ...]] = ()
    wants: ClassVar[tuple[str, ...]] = ()
    provides: ClassVar[tuple[str, ...]] = ("imports",)
    private: ClassVar[tuple[str, ...]] = ()
    measures: ClassVar[Mapping[str, MeasureSpec]] = _NONE

    imports: bool = True

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
            return _failed(self.use, StageStatus.FAILED, refusal)
        return StageResult(
            stage=self.use,
            status=StageStatus.SUCCESS,
            outputs=MappingProxyType({"imports": answer.value["imports"]}),
            cpu_seconds=answer.cpu_seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMetrics:
    """Measures of the text: how long it is and how branched.

    Attributes:
        count: code_length in "characters" (of all tokens) or in "tokens"; comments, docstrings and space never count.
    """

    use: ClassVar[str] = "source_metrics"
    needs: ClassVar[tuple[str, ...]] = ()
    wants: ClassVar[tuple[str, ...]] = ()
    provides: ClassVar[tuple[str, ...]] = ("code_length", "complexity")
    private: ClassVar[tuple[str, ...]] = ()
    measures: ClassVar[Mapping[str, MeasureSpec]] = MappingProxyType(
        {
            "code_length": MeasureSpec(low=100.0, high=20_000.0, meaning="length of the program without comments"),
            "complexity": MeasureSpec(low=1.0, high=500.0, meaning="branches and functions of the program"),
        }
    )

    count: Literal["characters", "tokens"] = "characters"

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return code_length and complexity (1 + branches) over all files."""
        request: dict[str, JSON] = {"op": "source_metrics", "files": dict(runtime.program.files), "count": self.count}
        answer = await runtime.judges.ask(request, cpu_seconds=SYNTAX_SECONDS)
        if refusal := _refusal(answer):
            return _failed(self.use, StageStatus.FAILED, refusal)
        outputs = {name: float(cast("float", answer.value[name])) for name in self.provides}
        return StageResult(
            stage=self.use,
            status=StageStatus.SUCCESS,
            outputs=MappingProxyType(outputs),
            cpu_seconds=answer.cpu_seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Calls the program's entry in the sandbox with the problem's parameters and its constant seed.

    Attributes:
        cpu_seconds, memory_mb: in place of the problem's limits, for cheap first steps.
    """

    use: ClassVar[str] = "call"
    needs: ClassVar[tuple[str, ...]] = ()
    wants: ClassVar[tuple[str, ...]] = ("imports",)
    provides: ClassVar[tuple[str, ...]] = ("output",)
    private: ClassVar[tuple[str, ...]] = ("output",)
    measures: ClassVar[Mapping[str, MeasureSpec]] = _NONE

    cpu_seconds: float | None = None
    memory_mb: float | None = None

    def limits(self, problem: Problem) -> Limits:
        """Return what one candidate may use."""
        given = problem.limits
        return Limits(
            cpu_seconds=self.cpu_seconds or given.cpu_seconds,
            memory_mb=self.memory_mb or given.memory_mb,
            output_kb=given.output_kb,
        )

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return the raw output as JSON text, unparsed; bytes that are not UTF-8 become lone surrogates.

        Where the judge calls the candidate nothing runs yet: the output is what `score` is to run it with.
        """
        problem = runtime.problem
        used = cast("list[str] | None", inputs.get("imports"))
        task = Task(
            files=runtime.program.files,
            entry_file=runtime.entry_file,
            entry=problem.spec.program.entry,
            kwargs={**problem.params, "seed": problem.spec.seed},
            imports=_warm(problem.spec.program.imports, used),
            limits=self.limits(problem),
        )
        if problem.spec.program.called_by == "judge":
            return StageResult(stage=self.use, status=StageStatus.SUCCESS, outputs=MappingProxyType(order(task)))
        done = await runtime.executor.run(task)
        return StageResult(
            stage=self.use,
            status=done.status,
            outputs=MappingProxyType({} if done.output is None else {"output": _as_text(done)}),
            seconds=done.seconds,
            cpu_seconds=done.cpu_seconds,
            max_rss_mb=done.max_rss_mb,
            detail=done.detail,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Lets the problem's `evaluate.py` score the raw output, in a process that never ran a candidate.

    Where the judge calls the candidate, the candidate runs while it is scored, under the limits of the stage `call`.
    """

    use: ClassVar[str] = "score"
    needs: ClassVar[tuple[str, ...]] = ("output",)
    wants: ClassVar[tuple[str, ...]] = ()
    provides: ClassVar[tuple[str, ...]] = ("objective", "measures", "metrics", "feedback", "refusal")
    private: ClassVar[tuple[str, ...]] = ()
    measures: ClassVar[Mapping[str, MeasureSpec]] = _NONE

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return objective, measures, metrics and feedback; or `refusal`, the reason of an Invalid."""
        problem = runtime.problem
        if problem.spec.program.called_by == "judge":
            return await conduct(self.use, inputs["output"], runtime)
        raw = str(inputs["output"]).encode("utf-8", "surrogateescape")
        answer = await runtime.judges.ask(
            {
                "op": "score",
                "folder": str(problem.folder.resolve()),
                "params": dict(problem.params),
                "measures": list(problem.spec.measures),
            },
            raw,
            cpu_seconds=problem.limits.judge_seconds,
        )
        return _scored(self.use, answer)


def _refusal(answer: Answer) -> str:
    """Return why a text was not parsed, or "". What a parser dies of is the text: never the judge's fault."""
    return f"the program cannot be parsed: {answer.error}" if answer.error else str(answer.value.get("refusal", ""))


def _scored(use: str, answer: Answer) -> StageResult:
    if answer.error:
        return _failed(use, StageStatus.JUDGE_ERROR, answer.error)
    if (refusal := answer.value.get("refusal")) is not None:
        result = _failed(use, StageStatus.FAILED, str(refusal), cpu_seconds=answer.cpu_seconds)
        return StageResult(
            stage=use,
            status=result.status,
            outputs=MappingProxyType({"refusal": result.detail}),
            cpu_seconds=result.cpu_seconds,
            detail=result.detail,
        )
    return StageResult(
        stage=use,
        status=StageStatus.SUCCESS,
        outputs=MappingProxyType(dict(answer.value)),
        cpu_seconds=answer.cpu_seconds,
    )


def _failed(use: str, status: StageStatus, detail: str, *, cpu_seconds: float = 0.0) -> StageResult:
    return StageResult(stage=use, status=status, detail=normalise_detail(detail), cpu_seconds=cpu_seconds)


def _as_text(done: TaskResult) -> str:
    return (done.output or b"").decode("utf-8", "surrogateescape")


def _warm(allowed: tuple[str, ...], used: list[str] | None) -> tuple[str, ...]:
    """Return the modules to find warm: what the program uses, and the standard library's share of the list.

    Forking costs by resident page, so scipy is not made resident for programs that never name it.
    """
    stdlib = {name for name in allowed if name.partition(".")[0] in sys.stdlib_module_names}
    return tuple(sorted(stdlib | set(allowed if used is None else used)))


STAGES: Mapping[str, type[Stage]] = MappingProxyType(
    {stage.use: stage for stage in (Syntax, Call, Score, SourceMetrics)}
)
"""The name in a pipeline file -> the stage."""
