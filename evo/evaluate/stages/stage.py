"""What a stage is: its contract, what it may use, and the results that several kinds of stages have in common."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol, cast, runtime_checkable

from evo.config.problem_spec import LimitChanges
from evo.execute.folder import NOWHERE, Folder
from evo.execute.sandbox import Limits
from evo.judging.draws import SECRET
from evo.records import Direction, Request, StageResult, StageStatus
from evo.repository.checkout import written_files
from evo.rng import derive
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config import problem_spec as statement
    from evo.config.problem import Problem
    from evo.config.problem_spec import MeasureSpec
    from evo.evaluate.counsel import Counsel
    from evo.evaluate.stages.texts import TextQuestions
    from evo.execute.executor import Executor, JudgeAnswer, JudgeQuestion, TaskResult
    from evo.execute.folder import Checkout
    from evo.llm.model import LLMClient
    from evo.records import Bars, Program, Prompt

BY_WALL = "by_wall"
"""Among the outputs of a TIMEOUT: the wall clock decided, so the machine may have caused it."""
_REDACTED = "[redacted]"
CANDIDATE_LIMITS = ("cpu_seconds", "memory_mb", "output_kb")


class DataKind(StrEnum):
    """What an input or output is; checked when a pipeline is loaded.

    RAW: a candidate's own words, to be decoded by a judge and nobody else. NUMBERS: names with a number each. NAMES: a
    list of texts. DATA: any plain data; as an input it takes every kind but RAW.
    """

    RAW = "raw"
    NUMBER = "number"
    NUMBERS = "numbers"
    TEXT = "text"
    NAMES = "names"
    DATA = "data"


def _nothing() -> Mapping[str, DataKind]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class StageContract:
    """What a stage reads and provides.

    Attributes:
        needs: inputs that some stage upstream must provide; wants: inputs that are used where one does.
        provides: the names in `outputs` that later stages may read.
        private: those of `provides` that are too large to be kept with the evaluation.
        measures: what it adds to the problem's measures; part of `provides`, as numbers.
        limited: the limits that it obeys, by the names of `ProblemLimits`.
        seeded: whether it uses the seed, so that repeating it can give something else.
        asks: roles of models that it asks; what it asks them, `AsksModels.questions` says.
        spare_cpu_seconds: what it may use of the candidate's CPU time beside its limit, for example to build it.
        version: changed whenever equal inputs may come to give another result; part of every cache key.
        shared: its scores come out of a process that the program shares, so that a program could forge them.
    """

    needs: Mapping[str, DataKind] = field(default_factory=_nothing)
    wants: Mapping[str, DataKind] = field(default_factory=_nothing)
    provides: Mapping[str, DataKind] = field(default_factory=_nothing)
    private: tuple[str, ...] = ()
    measures: Mapping[str, MeasureSpec] = field(default_factory=lambda: MappingProxyType({}))
    limited: tuple[str, ...] = ()
    seeded: bool = False
    asks: tuple[str, ...] = ()
    spare_cpu_seconds: float = 0.0
    version: str = "1"
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What a stage may use: one program of one problem, and the executor, which runs candidates and asks judges.

    Attributes:
        folder: what a judge may load of the problem; looked up where it is not given.
        changes: the limits that the pipeline sets for this stage.
        repetition: which one of a repeated stage this is, from 0.
        retest: which further test of a program that was scored before, from 1; 0 for the first.
        llms: the run's models by role; none where there is no run.
        checkout: the tree that programs of a repository are run in, as it is laid out; None for programs without one.
        counsel: answers what the judge asks; None where there is nobody.
        bars: what the score has to reach on its way; None where nothing ends early, and no curve is kept.
        texts: what all stages ask about the text, so that it is asked together; None asks each by itself.
    """

    program: Program
    problem: Problem
    executor: Executor
    folder: Folder = NOWHERE
    changes: LimitChanges = field(default_factory=LimitChanges)
    repetition: int = 0
    retest: int = 0
    llms: Mapping[str, LLMClient] = field(default_factory=lambda: MappingProxyType({}))
    checkout: Checkout | None = None
    counsel: Counsel | None = None
    texts: TextQuestions | None = None
    bars: Bars | None = None

    def __post_init__(self) -> None:
        """Look the problem's folder up, once for all that is made of this by `replace`."""
        if self.folder == NOWHERE:
            object.__setattr__(self, "folder", Folder.of(self.problem.folder))

    @property
    def files(self) -> Mapping[str, str]:
        """What is written where the program runs: of a repository what it changes, over the checkout."""
        tree = self.problem.tree
        return self.program.files if tree is None else written_files(self.program, tree)

    @property
    def entry_file(self) -> str:
        """The file that is run: the problem's name for it, or the program's only file."""
        name, files = self.problem.spec.program.file, self.program.files
        return next(iter(files)) if name not in files and len(files) == 1 else name

    @property
    def limits(self) -> statement.ProblemLimits:
        """The problem's limits with this stage's changes."""
        return self.changes.over(self.problem.limits)

    @property
    def race(self) -> dict[str, JSON]:
        """What a judge that scores is told of the bars."""
        if self.bars is None:
            return {}
        minimize = Direction(self.problem.spec.objective.direction) is Direction.MINIMIZE
        return {"race": {"bars": [list(each) for each in self.bars], "minimize": minimize}}

    async def ask_about_text(self, question: JudgeQuestion) -> JudgeAnswer:
        """Ask a judge about the program's text; see `ReadsText`.

        Raises:
            InfraError: as `Executor.judge`.
        """
        return await (self.texts.ask(question) if self.texts else self.executor.judge(question))

    @property
    def first(self) -> bool:
        """Whether this is the first repetition of the first test."""
        return self.repetition == self.retest == 0

    @property
    def seed(self) -> int:
        """The problem's constant seed; for later repetitions one derived from it, in [0, 2**31) for any language."""
        constant = self.problem.spec.seed
        if self.first:
            return constant
        return derive(constant, "repeat", self.repetition, self.retest) % (1 << 31)


class Stage(Protocol):
    """One step of an evaluation.

    Attributes:
        use: the name in pipeline files.

    `run` returns the candidate's failures as statuses. That the machine failed is the status INFRA_ERROR or an
    InfraError; either way the stage is run once more. A TIMEOUT by the wall clock
    has `BY_WALL` among its outputs.
    """

    use: ClassVar[str]

    @property
    def contract(self) -> StageContract:
        """What it reads and provides."""
        ...

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Do the step for one program."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StageQuestion:
    """What a stage asks a model about one program.

    Attributes:
        llm: the role that answers; one of the contract's `asks`.
        prompt: as it is asked.
        max_tokens: most tokens of an answer.
        times: how often at most; None where nothing bounds it.
    """

    llm: str
    prompt: Prompt
    max_tokens: int = Request.max_tokens
    times: int | None = 1


@runtime_checkable
class AsksModels(Protocol):
    """A stage that says beforehand what it asks models; without it an estimate has no bound."""

    def questions(self, program: Program, problem: Problem) -> Sequence[StageQuestion]:
        """Return all that is asked about a program, as many questions in the same order for every one."""
        ...


@runtime_checkable
class ReadsText(Protocol):
    """A stage that asks a judge about the text of a program, and about nothing that another stage made."""

    def text_question(self, runtime: Runtime) -> JudgeQuestion:
        """Return what it asks."""
        ...


@runtime_checkable
class StartsTools(Protocol):
    """A stage that starts programs of this machine, on whose versions its results rest."""

    @property
    def toolchain(self) -> Sequence[str]:
        """Their names, as they are looked for, or their whole paths."""
        ...


@runtime_checkable
class NeedsToolchains(Protocol):
    """A stage that starts programs which lie elsewhere than in the system's folders."""

    @property
    def toolchains(self) -> Sequence[str]:
        """Which, as `execute.toolchains` knows them."""
        ...


OUTPUT: Mapping[str, DataKind] = MappingProxyType({"output": DataKind.RAW, "params": DataKind.DATA})
"""What running a candidate gives: its output, and the parameters that it was made with."""
VERDICT: Mapping[str, DataKind] = MappingProxyType(
    {
        "objective": DataKind.NUMBER,
        "error": DataKind.NUMBER,
        "measures": DataKind.NUMBERS,
        "metrics": DataKind.NUMBERS,
        "feedback": DataKind.TEXT,
        "refusal": DataKind.TEXT,
    }
)
"""What scoring an output gives; `refusal` instead of all others when it is invalid. `error` is there where the judge
knows how far its objective may be off: a standard error."""


def unsaid(answer: JudgeAnswer, problem: Problem) -> JudgeAnswer:
    """Return what a judge said without the run's secret, which nobody else may know: its words go into prompts."""
    secret = str(problem.judge_params.get(SECRET, "")) if problem.secret else ""
    if not secret:
        return answer
    text = json.dumps({"value": dict(answer.value), "error": answer.error}).replace(secret, _REDACTED)
    return replace(answer, **json.loads(text))


def ended_early(answer: JudgeAnswer, name: str) -> tuple[StageStatus, str] | None:
    """Return what it means that a judge did not finish, as status and words about an objective; None where it did."""
    ended = answer.value.get("ended")
    if ended is None:
        return None
    fraction, objective, bar = cast("list[float]", ended)
    said = f"{name} was {objective:.6g} after {fraction:.0%} of the work, where {bar:.6g} was asked for"
    return StageStatus.ENDED_EARLY, said


def scored(use: str, answer: JudgeAnswer, name: str = "objective") -> StageResult:
    """Return what a judge's answer means for a stage: outputs, a refusal, an end on the way, or a broken judge."""
    if answer.error:
        return failed(use, StageStatus.JUDGE_ERROR, answer.error)
    if early := ended_early(answer, name):
        result = failed(use, *early, cpu_seconds=answer.cpu_seconds)
        return replace(result, outputs=MappingProxyType({"curve": answer.value["curve"]}))
    if (refusal := answer.value.get("refusal")) is not None:
        result = failed(use, StageStatus.FAILED, str(refusal), cpu_seconds=answer.cpu_seconds)
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


def failed(use: str, status: StageStatus, detail: str, *, cpu_seconds: float = 0.0) -> StageResult:
    """Return a result without outputs."""
    return StageResult(stage=use, status=status, detail=normalise_detail(detail), cpu_seconds=cpu_seconds)


def candidate_limits(runtime: Runtime) -> Limits:
    """Return what one candidate may use in this stage."""
    given = runtime.limits
    return Limits(cpu_seconds=given.cpu_seconds, memory_mb=given.memory_mb, output_kb=given.output_kb)


def produced(use: str, done: TaskResult, params: Mapping[str, JSON]) -> StageResult:
    """Return what became of a candidate that was run with `params`."""
    outputs: dict[str, JSON] = {BY_WALL: True} if done.by_wall else {}
    if done.output is not None:
        outputs = {"output": done.output.decode("utf-8", "surrogateescape"), "params": dict(params)}
    return StageResult(
        stage=use,
        status=done.status,
        outputs=MappingProxyType(outputs),
        seconds=done.seconds,
        cpu_seconds=done.cpu_seconds,
        max_rss_mb=done.max_rss_mb,
        detail=done.detail,
    )
