"""Program to Evaluation: the stages of a pipeline, run for one problem."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import InfraError, SpecError
from evo.evaluate.conversation import ordered_task
from evo.evaluate.fit import check_asked, check_problem
from evo.evaluate.grants import check_environment, started_grants
from evo.evaluate.picture import draw
from evo.evaluate.stages.stage import ReadsText, Runtime
from evo.evaluate.stages.syntax import SYNTAX_SECONDS
from evo.evaluate.stages.texts import TextQuestions
from evo.evaluate.status import evaluation
from evo.evaluate.toolchain import tool_versions
from evo.evaluate.walk import Done, Walk, attempt
from evo.execute.checkout import lay_out, take_away
from evo.execute.executor import JudgeQuestion, Task
from evo.execute.folder import Folder
from evo.records import Evaluation, EvaluationStatus, Program

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path
    from typing import Self

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.config.problem_spec import MeasureSpec
    from evo.evaluate.counsel import Counsel
    from evo.evaluate.graph import Graph
    from evo.evaluate.stage_cache import StageCache
    from evo.execute.executor import Executor
    from evo.execute.folder import Checkout
    from evo.llm.model import LLMClient
    from evo.records import Bars


class Evaluator:
    """Evaluates programs of one problem; owns its executor.

    An evaluation is a function of the program alone. Several may be awaited at a time; the executor's `workers` bounds
    what runs. Usable as an asynchronous context manager.

    Args:
        problem: what the programs are for.
        graph: the pipeline.
        executor: where candidates run.
        cache: stage results of this run; None makes every one anew.

    Raises:
        SpecError: the pipeline does not fit the problem, or its environment is not built.
    """

    def __init__(self, *, problem: Problem, graph: Graph, executor: Executor, cache: StageCache | None = None) -> None:
        check_problem(graph, problem)
        check_environment(problem)
        self._cache = cache
        self._problem, self._graph, self._executor = problem, graph, executor
        self._readers = [node.stage for node in graph.nodes if isinstance(node.stage, ReadsText)]
        self._folder = Folder.of(problem.folder)
        self._llms: Mapping[str, LLMClient] = MappingProxyType({})
        self._counsel: Counsel | None = None
        self._checkout: Checkout | None = None
        self._laying = asyncio.Lock()

    @property
    def measures(self) -> Mapping[str, MeasureSpec]:
        """Every measure that a VALID evaluation carries: the problem's, then those of stages."""
        return MappingProxyType({**self._problem.spec.measures, **self._graph.measures})

    @property
    def _called(self) -> bool:
        return self._problem.spec.program.called_by == "judge"

    @property
    def tier(self) -> str:
        """The isolation in force."""
        return self._executor.tier

    def remember(self, cache: StageCache) -> None:
        """Look stage results up in a cache from now on, and keep them there: that of the run, once there is one."""
        self._cache = cache

    def consult(self, llms: Mapping[str, LLMClient], counsel: Counsel | None = None) -> None:
        """Let stages ask the run's models from now on, see `check_asked`; and judges the one that `counsel` asks."""
        self._llms, self._counsel = llms, counsel

    def check_asked(self, roles: Collection[str]) -> None:
        """Check that every model that a stage asks is among the run's.

        Raises:
            SpecError: one is not.
        """
        check_asked(self._graph, roles)

    async def tools(self) -> Mapping[str, str]:
        """Return name -> version of the programs that the pipeline's commands start; see `toolchain`."""
        return await tool_versions([node.stage for node in self._graph.nodes], self._executor)

    async def evaluate(self, program: Program, repetition: int = 0, *, bars: Bars | None = None) -> Evaluation:
        """Run the whole pipeline for one program; with a repetition over 0, on seeds derived from it.

        With bars it ends where the score so far does not reach one of them, and its curve is kept, as a flag.

        A candidate's failure is a status, and so is a broken judge (stage status JUDGE_ERROR). Cancelling kills what
        runs.

        Raises:
            InfraError: this machine failed twice in a row at one stage.
            LLMError, BudgetSpent: a stage asks a model that can not be asked any more, or that the budget forbids.
        """
        return (await self._run(program, self._cache, repetition, bars))[0]

    async def output(self, program: Program) -> bytes | None:
        """Return what `again` does, without the evaluation."""
        return (await self.again(program))[1]

    async def again(self, program: Program) -> tuple[Evaluation, bytes | None]:
        """Evaluate the program anew, whatever is cached, and return its raw output too; None when it is not VALID.

        Of a repeated program it is the first output. It is None, too, where the scorer reads no output, or the judge
        calls the program.

        Raises:
            InfraError: as `evaluate`.
        """
        found, done = await self._run(program)
        source = self._graph.scorer.sources.get("output")
        if found.status is not EvaluationStatus.VALID or self._called or source is None:
            return found, None
        first = done[source].each[0]
        return found, str(first.outputs["output"]).encode("utf-8", "surrogateescape")

    async def workplace(self, program: Program) -> Task:
        """Return a task in which nothing runs yet: the program's files, its tree, what is hidden from it and granted.

        Raises:
            InfraError: there is no room for the tree.
        """
        await self._lay_out()
        runtime = self._runtime(program)
        return Task(
            files=runtime.files,
            tree=runtime.checkout,
            entry_file=runtime.entry_file,
            hidden=(runtime.folder.path,),
            grants=started_grants(self._problem),
        )

    async def form(self, program: Program) -> str:
        """Return the fingerprint of a program's syntax tree without names and formatting; "" where it does not parse.

        Raises:
            InfraError: no process could be started.
        """
        wanted = self._problem.spec.program
        asked: dict[str, JSON] = {"files": dict(program.files), "entry": None if self._called else wanted.entry}
        answer = await self._executor.judge(JudgeQuestion(op="form", cpu_seconds=SYNTAX_SECONDS, args=asked))
        return str(answer.value.get("form", ""))

    async def judge(self, raw: bytes) -> Evaluation:
        """Score a raw output without any program: the judge alone, so stage measures are absent.

        Raises:
            SpecError: the pipeline's scorer reads more than an output.
            InfraError: this machine failed twice in a row.
            SpecError: the judge of this problem calls programs, so that outputs do not exist.
        """
        if self._called:
            raise SpecError(
                f"problem {self._problem.spec.name}: its judge calls the program (called_by: judge), so there is no "
                "raw output to score; give a program"
            )
        node = self._graph.scorer
        if lacking := sorted(set(node.stage.contract.needs) - {"output"}):
            message = f"reads {lacking[0]!r} beside the output, so no output can be judged alone; score a program"
            raise self._graph.spec.stages[node.name].error(f"stage {node.name} {message}")
        inputs: dict[str, JSON] = {"output": raw.decode("utf-8", "surrogateescape")}
        runtime = self._runtime(Program(files=MappingProxyType({})))
        result = await attempt(node, inputs, replace(runtime, changes=node.placing.limits))
        return self._sum_up("", {node.name: Done(result=result, each=(result,))}, whole=False)

    async def draw(self, program: Program, raw: bytes | None, path: Path) -> bool:
        """Let the problem's `picture.py` draw a program's output; False when there is nothing to draw, or nobody to.

        Args:
            program: one that the judge found VALID. Where the judge calls it, so does `picture.py`.
            raw: its output; None where the judge calls the program, or nobody kept it.
            path: the PNG file to write.

        Raises:
            JudgeError: `picture.py` failed, or wrote nothing.
            InfraError: this machine failed to draw it, or to write the file.
        """
        if self._problem.picture is None or (raw is None and not self._called):
            return False
        await self._lay_out()
        runtime = self._runtime(program)
        picture = await draw(await self._alive(runtime) if raw is None else raw, runtime)
        try:
            await asyncio.to_thread(path.write_bytes, picture)
        except OSError as error:
            raise InfraError(f"{path}: the picture cannot be written: {error}") from error
        return True

    async def close(self) -> None:
        """Close the executor and take away what was laid out for it; may be called twice."""
        await self._executor.close()
        if self._checkout:
            await asyncio.to_thread(take_away, self._checkout)
            self._checkout = None

    async def _lay_out(self) -> None:
        """Lay the repository out that programs are run in, when the first one is."""
        async with self._laying:
            if self._problem.tree and not self._checkout:
                self._checkout = await asyncio.to_thread(lay_out, self._problem.tree)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _runtime(self, program: Program, retest: int = 0) -> Runtime:
        return Runtime(
            program=program,
            problem=self._problem,
            executor=self._executor,
            folder=self._folder,
            llms=self._llms,
            counsel=self._counsel,
            retest=retest,
            checkout=self._checkout,
        )

    async def _alive(self, runtime: Runtime) -> Task:
        """Return how the program comes to life where it is called: as its scorer is told to call it."""
        node = self._graph.node(self._graph.scorer.sources["output"])
        ordered = await node.stage.run({}, replace(runtime, changes=node.placing.limits))
        return ordered_task(ordered.outputs["output"], runtime)

    async def _run(
        self, program: Program, cache: StageCache | None = None, retest: int = 0, bars: Bars | None = None
    ) -> tuple[Evaluation, Mapping[str, Done]]:
        await self._lay_out()
        runtime = replace(self._runtime(program, retest), bars=bars)
        questions = [each.text_question(runtime) for each in self._readers]
        runtime = replace(runtime, texts=TextQuestions(self._executor, questions))
        done = await Walk(self._graph, runtime, cache).run()
        return self._sum_up(program.id, done), done

    def _sum_up(self, program: str, done: Mapping[str, Done], *, whole: bool = True) -> Evaluation:
        return evaluation(
            program, done, graph=self._graph, problem=self._problem, tier=self._executor.tier, whole=whole
        )
