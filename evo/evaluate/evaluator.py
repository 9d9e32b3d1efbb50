"""Program to Evaluation: the stages of a pipeline, run for one problem."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import InfraError, JudgeError, SpecError
from evo.evaluate.judges import Judges
from evo.evaluate.stages import Call, Runtime, Score
from evo.records import Evaluation, Program, StageResult
from evo.text import normalise_detail
from evo.verdicts import EvaluationStatus, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

    from evo.canonical import JSON
    from evo.evaluate.graph import Graph, Node
    from evo.execute.executor import Executor
    from evo.spec.problem import Problem
    from evo.spec.statement import MeasureSpec

NEAR_LIMIT = "near_limit"
NEAR_LIMIT_SHARE = 0.5
PICTURE_SECONDS = 60.0
_TRIES = 2


class Evaluator:
    """Evaluates programs of one problem; owns its executor and its judges.

    An evaluation is a function of the program alone. Several may be awaited at a time; the executor's `workers` bounds
    what runs. Usable as an asynchronous context manager.
    """

    def __init__(self, *, problem: Problem, graph: Graph, executor: Executor) -> None:
        clash = sorted(set(problem.spec.measures) & set(graph.measures))
        if clash:
            raise SpecError(
                f"measure {clash[0]!r} is written twice: by the problem {problem.spec.name} and by a stage of "
                f"pipeline {graph.name}; rename it in problem.yaml or leave the stage out"
            )
        self._problem, self._graph, self._executor = problem, graph, executor
        self._judges = Judges(workers=executor.workers)

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

    async def evaluate(self, program: Program) -> Evaluation:
        """Run the whole pipeline for one program.

        A candidate's failure is a status, and so is a broken judge (stage status JUDGE_ERROR). Cancelling kills what
        runs.

        Raises:
            InfraError: this machine failed twice in a row at one stage.
        """
        evaluation, _ = await self._run(program)
        return evaluation

    async def output(self, program: Program) -> bytes | None:
        """Return what `again` does, without the evaluation."""
        return (await self.again(program))[1]

    async def again(self, program: Program) -> tuple[Evaluation, bytes | None]:
        """Evaluate the program again and return its raw output too: None when it is not VALID, or when there is none.

        Raises:
            InfraError: as `evaluate`.
        """
        evaluation, values = await self._run(program)
        if evaluation.status is not EvaluationStatus.VALID or self._called:
            return evaluation, None
        return evaluation, str(values["output"]).encode("utf-8", "surrogateescape")

    async def judge(self, raw: bytes) -> Evaluation:
        """Score a raw output without any program: the judge alone, so stage measures are absent.

        Raises:
            InfraError: this machine failed twice in a row.
            SpecError: the judge of this problem calls programs, so that outputs do not exist.
        """
        if self._called:
            raise SpecError(
                f"problem {self._problem.spec.name}: its judge calls the program (called_by: judge), so there is no "
                "raw output to score; give a program"
            )
        node = self._graph.scorer
        inputs: dict[str, JSON] = {"output": raw.decode("utf-8", "surrogateescape")}
        runtime = self._runtime(Program(files=MappingProxyType({})))
        result = await _attempt(node, inputs, runtime)
        return self._sum_up("", (result,))

    async def draw(self, raw: bytes, path: Path) -> bool:
        """Let the problem's `picture.py` draw a raw output; False when the problem has none.

        Args:
            raw: an output that the judge found VALID.
            path: the PNG file to write.

        Raises:
            JudgeError: `picture.py` failed, or wrote nothing.
            InfraError: no process could be started for it.
        """
        if self._problem.picture is None:
            return False
        request = _picture_request(self._problem, path)
        # Drawing libraries are heavy: a process of its own, gone afterwards, keeps the judges small.
        artist = Judges(workers=1, artist=True)
        try:
            answer = await artist.ask(request, raw, cpu_seconds=PICTURE_SECONDS)
        finally:
            await artist.close()
        if answer.error or not _written(path):
            raise JudgeError(f"picture.py of problem {self._problem.spec.name}: {answer.error or 'wrote no file'}")
        return True

    async def close(self) -> None:
        """End every judge and the executor; may be called twice."""
        await self._judges.close()
        await self._executor.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _runtime(self, program: Program) -> Runtime:
        return Runtime(program=program, problem=self._problem, executor=self._executor, judges=self._judges)

    async def _run(self, program: Program) -> tuple[Evaluation, Mapping[str, JSON]]:
        """Start every stage at once; each waits for its own upstream, so independent ones run side by side."""
        runtime, done = self._runtime(program), dict[str, asyncio.Task[StageResult]]()
        try:
            async with asyncio.TaskGroup() as group:
                for node in self._graph.nodes:
                    waits = tuple(done[name] for name in node.upstream)
                    done[node.name] = group.create_task(self._stage(node, waits, done, runtime))
        except ExceptionGroup as failures:
            # One reason is enough: the first to fail has already cancelled its neighbours.
            raise failures.exceptions[0] from None
        results = tuple(task.result() for task in done.values())
        values = {name: value for result in results for name, value in result.outputs.items()}
        return self._sum_up(program.id, results), values

    async def _stage(
        self,
        node: Node,
        waits: tuple[asyncio.Task[StageResult], ...],
        done: Mapping[str, asyncio.Task[StageResult]],
        runtime: Runtime,
    ) -> StageResult:
        upstream = [await task for task in waits]
        if any(result.status is not StageStatus.SUCCESS for result in upstream):
            return StageResult(stage=node.name, status=StageStatus.UPSTREAM_FAILED)
        sources = (done[name].result().outputs for name in node.ancestors)
        inputs = {name: value for outputs in sources for name, value in outputs.items()}
        return await _attempt(node, inputs, runtime)

    def _sum_up(self, program: str, results: tuple[StageResult, ...]) -> Evaluation:
        failure = next((result for result in results if result.status is not StageStatus.SUCCESS), None)
        values = {name: value for result in results for name, value in result.outputs.items()}
        stages = tuple(self._kept(result) for result in results)
        if failure is not None:
            refused = "refusal" in failure.outputs
            return Evaluation(
                program=program,
                status=EvaluationStatus.INVALID if refused else EvaluationStatus.FAILED,
                stages=stages,
                feedback=normalise_detail(_complaint(failure, refused=refused)),
                tier=self._executor.tier,
                flags=self._flags(results),
            )
        added = {name: cast("float", values[name]) for name in self._graph.measures if name in values}
        return Evaluation(
            program=program,
            status=EvaluationStatus.VALID,
            objective=cast("float", values["objective"]),
            measures=MappingProxyType({**cast("dict[str, float]", values["measures"]), **added}),
            metrics=MappingProxyType(cast("dict[str, float]", values["metrics"])),
            stages=stages,
            feedback=normalise_detail(str(values["feedback"])),
            tier=self._executor.tier,
            flags=self._flags(results),
        )

    def _kept(self, result: StageResult) -> StageResult:
        private = self._graph.stage(result.stage).private
        if not private:
            return result
        kept = {name: value for name, value in result.outputs.items() if name not in private}
        return replace(result, outputs=MappingProxyType(kept))

    def _flags(self, results: tuple[StageResult, ...]) -> tuple[str, ...]:
        limit: float | None = None
        for result in results:
            stage = self._graph.stage(result.stage)
            if isinstance(stage, Call):
                limit = stage.limits(self._problem).cpu_seconds
            # Where the judge calls the program, it runs while it is scored.
            runs = isinstance(stage, Score if self._called else Call)
            if runs and limit is not None and result.cpu_seconds > NEAR_LIMIT_SHARE * limit:
                return (NEAR_LIMIT,)
        return ()


def _picture_request(problem: Problem, path: Path) -> dict[str, JSON]:
    folder, target = str(problem.folder.resolve()), str(path.resolve())
    return {"op": "picture", "folder": folder, "params": dict(problem.params), "path": target}


def _written(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _complaint(failure: StageResult, *, refused: bool) -> str:
    if refused:
        return f"The output was refused: {failure.detail}"
    return f"Stage {failure.stage} ended as {failure.status}. {failure.detail}".rstrip()


async def _attempt(node: Node, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
    """Run one stage; once more when the machine failed.

    Raises:
        InfraError: it failed again.
    """
    loop = asyncio.get_running_loop()
    detail = ""
    for _ in range(_TRIES):
        start = loop.time()
        try:
            result = await node.stage.run(inputs, runtime)
        except InfraError as error:
            detail = str(error)
            continue
        if result.status is not StageStatus.INFRA_ERROR:
            seconds = result.seconds or loop.time() - start
            return replace(result, stage=node.name, seconds=seconds)
        detail = result.detail
    raise InfraError(f"stage {node.name} of program {runtime.program.id[:12]} failed {_TRIES} times: {detail}")
