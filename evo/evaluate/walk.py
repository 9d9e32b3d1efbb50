"""One program's way through the graph: what runs, what is skipped, what is tried again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from evo.config.pipeline import Trigger
from evo.errors import InfraError
from evo.evaluate.repeats import merged
from evo.evaluate.stage_cache import cache_key, lasting
from evo.evaluate.stages.stage import BY_WALL
from evo.records import StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.pipeline import StageGate
    from evo.evaluate.graph import Graph, StageNode
    from evo.evaluate.stage_cache import StageCache
    from evo.evaluate.stages.stage import Runtime

_WELL = frozenset({StageStatus.SUCCESS, StageStatus.SKIPPED})
_PASSING = frozenset({StageStatus.INFRA_ERROR, StageStatus.JUDGE_ERROR, StageStatus.KILLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a stage: all repetitions as one, and each; there are none of a stage that did not run."""

    result: StageResult
    each: tuple[StageResult, ...] = ()


class Walk:
    """Runs every stage of a graph for one program, independent ones side by side.

    Args:
        graph: the checked pipeline.
        runtime: the program and where work is done; limits and repetition are set for each stage.
        cache: where results are looked up and kept; None makes everything anew.
    """

    def __init__(self, graph: Graph, runtime: Runtime, cache: StageCache | None = None) -> None:
        self._graph, self._runtime, self._cache = graph, runtime, cache
        self._tasks: dict[str, asyncio.Task[Done]] = {}
        self._until: float | None = None

    async def run(self) -> Mapping[str, Done]:
        """Run to the end and return what became of each stage, in running order. Cancelling kills what runs.

        Raises:
            InfraError: this machine failed at one stage again and again.
        """
        if self._graph.deadline is not None:
            self._until = asyncio.get_running_loop().time() + self._graph.deadline
        try:
            async with asyncio.TaskGroup() as group:
                for node in self._graph.nodes:
                    self._tasks[node.name] = group.create_task(self._stage(node))
        except ExceptionGroup as failures:
            # One reason is enough: the first to fail has already cancelled its neighbours.
            raise failures.exceptions[0] from None
        return {name: task.result() for name, task in self._tasks.items()}

    async def _stage(self, node: StageNode) -> Done:
        for name in node.upstream:
            await self._tasks[name]
        if idle := self._idle(node):
            return Done(result=idle)
        each: list[StageResult] = []
        limit = asyncio.timeout_at(self._until)
        try:
            async with limit:
                for repetition in range(node.repeats.times if node.repeats else 1):
                    each.append(await self._known_or_made(node, repetition))
                    if each[-1].status is not StageStatus.SUCCESS:
                        break
        except TimeoutError:
            if not limit.expired():
                raise
            each.append(self._over_deadline(node))
        return Done(result=merged(each, node.stage.contract, node.repeats), each=tuple(each))

    def _over_deadline(self, node: StageNode) -> StageResult:
        detail = f"the {self._graph.deadline:g} s that one program may take in all were over"
        return StageResult(stage=node.name, status=StageStatus.TIMEOUT, detail=detail, outputs={BY_WALL: True})

    def _done(self, name: str) -> Done:
        return self._tasks[name].result()

    def _idle(self, node: StageNode) -> StageResult | None:
        """Return the result of a stage that has no reason to run, or lacks something; None for one that runs."""
        found = {name: self._done(name).result.status for name in node.upstream}
        failed = [name for name, status in found.items() if status not in _WELL]
        skipped = [name for name, status in found.items() if status is StageStatus.SKIPPED]
        match node.placing.trigger:
            case Trigger.ALL_SUCCESS if failed:
                return StageResult(stage=node.name, status=StageStatus.UPSTREAM_FAILED)
            case Trigger.ALL_SUCCESS if skipped:
                return _skipped(node, f"{skipped[0]} was skipped")
            case Trigger.ANY_FAILED if not failed:
                return _skipped(node, "nothing upstream failed")
            case _:
                pass
        gate = node.placing.when
        asked = [node.sources[need] for need in node.stage.contract.needs] + ([gate.path[0]] if gate else [])
        for name in asked:
            status = self._done(name).result.status
            if status is StageStatus.SKIPPED:
                return _skipped(node, f"{name} was skipped")
            if status is not StageStatus.SUCCESS:
                return StageResult(stage=node.name, status=StageStatus.UPSTREAM_FAILED)
        return self._gated(node, gate) if gate else None

    def _gated(self, node: StageNode, gate: StageGate) -> StageResult | None:
        stage, output, *key = gate.path
        value = self._done(stage).result.outputs[output]
        if key:
            group = cast("dict[str, float]", value)
            if key[0] not in group:
                detail = f"when: {stage} gave no {gate.value}; its {output} are {', '.join(group) or 'none'}"
                return StageResult(stage=node.name, status=StageStatus.JUDGE_ERROR, detail=detail)
            value = group[key[0]]
        number = cast("float", value)
        return None if gate.holds(number) else _skipped(node, f"{gate.value} = {number:g}; expected {gate.wanted}")

    def _inputs(self, node: StageNode, repetition: int) -> dict[str, JSON]:
        """Return what a stage reads: of repeated stages the same repetition, of others their only one."""
        inputs: dict[str, JSON] = {}
        for name, source in node.sources.items():
            each = self._done(source).each
            if each and name in (given := each[min(repetition, len(each) - 1)].outputs):
                inputs[name] = given[name]
        return inputs

    async def _known_or_made(self, node: StageNode, repetition: int) -> StageResult:
        runtime = replace(self._runtime, changes=node.placing.limits, repetition=repetition)
        inputs = self._inputs(node, repetition)
        # How a score ends depends on the bars, too.
        cache = None if node is self._graph.scorer and runtime.bars is not None else self._cache
        if cache and cache.holds_any and (found := cache.find(self._key(node, inputs, runtime))):
            return replace(found, stage=node.name, cached=True)
        result = await attempt(node, inputs, runtime)
        if cache and lasting(result) and cache.wants(result):
            cache.save(self._key(node, inputs, runtime), result)
        return result

    def _key(self, node: StageNode, inputs: Mapping[str, JSON], runtime: Runtime) -> str:
        return cache_key(node, self._graph.spec.stages[node.name].options, inputs, runtime)


def _skipped(node: StageNode, why: str) -> StageResult:
    return StageResult(stage=node.name, status=StageStatus.SKIPPED, detail=why)


async def attempt(node: StageNode, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
    """Run one stage; again after what the machine may have caused, as often as the pipeline allows.

    When the machine failed it is tried once more in any case.

    Raises:
        InfraError: it failed every time.
    """
    retries, tries = node.placing.retries, 0
    while True:
        result = await _once(node, inputs, runtime)
        tries += 1
        broken = result.status is StageStatus.INFRA_ERROR
        if tries <= max(retries, broken) and (result.status in _PASSING or BY_WALL in result.outputs):
            continue
        if broken:
            program = runtime.program.id[:12]
            raise InfraError(f"stage {node.name} of program {program} failed {tries} times: {result.detail}")
        return result


async def _once(node: StageNode, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        result = await node.stage.run(inputs, runtime)
    except InfraError as error:
        return StageResult(stage=node.name, status=StageStatus.INFRA_ERROR, detail=str(error))
    return replace(result, stage=node.name, seconds=result.seconds or loop.time() - start)


def failure_of(done: Sequence[StageResult]) -> StageResult | None:
    """Return the first result that is neither a success nor skipped."""
    return next((result for result in done if result.status not in _WELL), None)
