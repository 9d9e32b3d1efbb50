"""From what became of the stages to the Evaluation: VALID iff an objective came and no stage that ran has failed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import SpecError
from evo.evaluate.graph_checks import OBJECTIVE, reported
from evo.evaluate.repeats import spread
from evo.evaluate.walk import failure_of
from evo.records import TRUST_SHARED, Evaluation, EvaluationStatus, StageStatus, curve_flag
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.config.problem import Problem
    from evo.evaluate.graph import Graph, StageNode
    from evo.evaluate.walk import Done
    from evo.records import StageResult

NEAR_LIMIT = "near_limit"
NEAR_LIMIT_SHARE = 0.5
ERROR = "error"


def evaluation(
    program: str, done: Mapping[str, Done], *, graph: Graph, problem: Problem, tier: str, whole: bool = True
) -> Evaluation:
    """Return the evaluation of a program.

    Args:
        program: its id.
        done: what became of each stage, in running order.
        graph: the pipeline.
        problem: for the objective's name and the limits.
        tier: the isolation in force.
        whole: False when only the scorer was run, so that measures of stages are absent.

    Raises:
        SpecError: a stage and the judge write one metric.
    """
    results = [each.result for each in done.values()]
    nodes = {name: graph.node(name) for name in done}
    failure = failure_of(results)
    reporting = [name for name, node in nodes.items() if node.placing.report and _succeeded(done[name])]
    words = [str(done[name].result.outputs.get("feedback", "")) for name in reporting]
    bare = Evaluation(
        program=program,
        status=EvaluationStatus.FAILED,
        stages=tuple(_kept(nodes[name], each.result) for name, each in done.items()),
        tier=tier,
        flags=_flags(done, graph, problem),
    )
    numbers = {
        name: cast("float", done[stage].result.outputs[name])
        for stage in reporting
        for name in sorted(reported(nodes[stage].stage) - {"measures", "metrics"})
        if name != ERROR or name in done[stage].result.outputs
    }
    error = numbers.pop(ERROR, 0.0)
    own = cast("dict[str, float]", done[graph.scorer.name].result.outputs.get("measures", {}))
    wanted = {OBJECTIVE, *problem.spec.measures, *(graph.measures if whole else ())}
    if failure is not None or wanted - {*numbers, *own}:
        refused = failure is not None and "refusal" in failure.outputs
        complaint = _complaint(failure, refused=refused) if failure else _absence(results, wanted - {*numbers, *own})
        status = EvaluationStatus.INVALID if refused else EvaluationStatus.FAILED
        return replace(bare, status=status, feedback=_joined([complaint, *words]))
    added = {name: numbers[name] for name in graph.measures if name in numbers}
    return replace(
        bare,
        status=EvaluationStatus.VALID,
        objective=numbers[OBJECTIVE],
        error=error,
        measures=MappingProxyType({**own, **added}),
        metrics=_metrics(done, nodes, numbers, graph, problem),
        feedback=_joined(words),
    )


def _succeeded(done: Done) -> bool:
    return done.result.status is StageStatus.SUCCESS


def _joined(words: Sequence[str]) -> str:
    return normalise_detail("\n".join(part for part in words if part))


def _metrics(
    done: Mapping[str, Done],
    nodes: Mapping[str, StageNode],
    numbers: Mapping[str, float],
    graph: Graph,
    problem: Problem,
) -> Mapping[str, float]:
    """Return the groups of metrics, the single numbers of stages, and the spread of a repeated objective."""
    found: dict[str, float] = {}
    for name, node in nodes.items():
        if node.placing.report and "metrics" in done[name].result.outputs:
            found.update(cast("dict[str, float]", done[name].result.outputs["metrics"]))
    added = {name: number for name, number in numbers.items() if name != OBJECTIVE and name not in graph.measures}
    if graph.scorer.repeats is not None:
        each = [cast("float", result.outputs[OBJECTIVE]) for result in done[graph.scorer.name].each]
        added[f"{problem.spec.objective.name}_spread"] = spread(each)
    if both := sorted(set(found) & set(added)):
        message = f"metric {both[0]!r} is written by evaluate.py of {problem.spec.name} and by a stage of pipeline "
        raise SpecError(f"{message}{graph.name}; rename one of them")
    return MappingProxyType({**found, **added})


def _kept(node: StageNode, result: StageResult) -> StageResult:
    private = node.stage.contract.private
    if not private:
        return result
    kept = {name: value for name, value in result.outputs.items() if name not in private}
    return replace(result, outputs=MappingProxyType(kept))


def _flags(done: Mapping[str, Done], graph: Graph, problem: Problem) -> tuple[str, ...]:
    shared = (TRUST_SHARED,) if graph.scorer.stage.contract.shared else ()
    curve = done[graph.scorer.name].result.outputs.get("curve")
    kept = tuple((float(at), float(score)) for at, score in cast("list[list[float]]", curve or ()))
    return (*_near(done, graph, problem), *shared, *((curve_flag(kept),) if kept else ()))


def _near(done: Mapping[str, Done], graph: Graph, problem: Problem) -> tuple[str, ...]:
    called = problem.spec.program.called_by == "judge"
    for name in done:
        node = graph.node(name)
        if "cpu_seconds" not in node.stage.contract.limited:
            continue
        limit = node.placing.limits.over(problem.limits).cpu_seconds
        limit += node.stage.contract.spare_cpu_seconds
        # Where the judge calls the program, it runs while it is scored.
        ran = graph.scorer.name if called else name
        if any(result.cpu_seconds > NEAR_LIMIT_SHARE * limit for result in done[ran].each):
            return (NEAR_LIMIT,)
    return ()


def _complaint(failure: StageResult, *, refused: bool) -> str:
    if refused:
        return f"The output was refused: {failure.detail}"
    if failure.status is StageStatus.ENDED_EARLY:
        return f"Ended early: {failure.detail}"
    return f"Stage {failure.stage} ended as {failure.status}. {failure.detail}".rstrip()


def _absence(results: Sequence[StageResult], missing: set[str]) -> str:
    skipped = next((result for result in results if result.status is StageStatus.SKIPPED), None)
    return f"Stage {skipped.stage} was skipped: {skipped.detail}" if skipped else f"No {min(missing)} came."
