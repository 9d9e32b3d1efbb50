"""Scoring where the judge calls the candidate: both processes live side by side, joined by two pipes.

The stages stay what they are. `call` starts nothing and provides, as its output, the order that says how to run the
program; `score` carries it out with the judge at the other end.
"""

from __future__ import annotations

from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from evo.evaluate.judge_pool import JudgeAnswer, wall_seconds
from evo.evaluate.stages.stage import BY_WALL, candidate_limits
from evo.execute.executor import Task
from evo.execute.sandbox import Limits
from evo.records import StageResult, StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.judge_pool import JudgePool
    from evo.evaluate.stages.stage import Runtime
    from evo.execute.executor import TaskResult

_TRIES = 2


def order(task: Task, params: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return what `conduct` needs to know of the stage `call`: imports to find warm, limits, and parameters."""
    return {"output": {"imports": list(task.imports), "limits": asdict(task.limits)}, "params": dict(params)}


async def conduct(use: str, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
    """Score a program by letting the judge call it.

    Args:
        use: the stage's name.
        inputs: from `order`; without `params` the problem's count.
        runtime: the program, and where to run it.

    Returns:
        What the judge answered; or, when the candidate died and the judge let that pass, the verdict on its process.
        CPU seconds and memory are the candidate's.
    """
    problem, ordered = runtime.problem, cast("dict[str, Any]", inputs["output"])
    task = Task(
        files=runtime.program.files,
        entry_file=runtime.entry_file,
        entry=problem.spec.program.entry,
        imports=tuple(ordered["imports"]),
        limits=Limits(**ordered["limits"]),
    )
    request: dict[str, JSON] = {
        "op": "conduct",
        "folder": str(problem.folder.resolve()),
        "params": {**cast("dict[str, JSON]", inputs.get("params", dict(problem.params))), **problem.judge_params},
        "measures": list(problem.spec.measures),
        "answer_bytes": round(task.limits.output_kb * 1000),
    }
    judge_seconds = runtime.limits.judge_seconds
    for left in reversed(range(_TRIES)):
        async with runtime.executor.serve(task, judge_seconds=wall_seconds(judge_seconds)) as service:
            answer = await runtime.judges.ask(request, cpu_seconds=judge_seconds, service=service)
            died = cast("tuple[int, str] | None", answer.value.get("died"))
            if died is None:
                return _judged(use, answer, *await service.close())
            ended = await service.finish(*died)
            if not (service.doubtful and left):
                return _dead(use, ended)
    raise AssertionError("the last try always returns")


async def portray(
    request: Mapping[str, JSON], runtime: Runtime, artist: JudgePool, *, cpu_seconds: float
) -> JudgeAnswer:
    """Let the problem's `picture.py` call a program, and draw it.

    Args:
        request: as for the picture of an output.
        runtime: the program, and where to run it.
        artist: judges that may load plotting libraries.
        cpu_seconds: for the drawing.
    """
    problem = runtime.problem
    task = Task(
        files=runtime.program.files,
        entry_file=runtime.entry_file,
        entry=problem.spec.program.entry,
        imports=problem.spec.program.imports,
        limits=candidate_limits(runtime),
    )
    asked = {**request, "op": "portray", "answer_bytes": round(task.limits.output_kb * 1000)}
    async with runtime.executor.serve(task, judge_seconds=wall_seconds(cpu_seconds)) as service:
        answer = await artist.ask(asked, cpu_seconds=cpu_seconds, service=service)
        died = cast("tuple[int, str] | None", answer.value.get("died"))
        if died is None:
            await service.close()
            return answer
        ended = await service.finish(*died)
        return JudgeAnswer(error=f"the program ended while it was drawn: {ended.status} {ended.detail}")


def _judged(use: str, answer: JudgeAnswer, cpu_seconds: float, max_rss_mb: float) -> StageResult:
    if answer.error:
        detail = normalise_detail(answer.error)
        return StageResult(stage=use, status=StageStatus.JUDGE_ERROR, detail=detail, cpu_seconds=cpu_seconds)
    refusal = answer.value.get("refusal")
    detail = "" if refusal is None else normalise_detail(str(refusal))
    return StageResult(
        stage=use,
        status=StageStatus.SUCCESS if refusal is None else StageStatus.FAILED,
        outputs=MappingProxyType(dict(answer.value) if refusal is None else {"refusal": detail}),
        detail=detail,
        cpu_seconds=cpu_seconds,
        max_rss_mb=max_rss_mb,
    )


def _dead(use: str, ended: TaskResult) -> StageResult:
    return StageResult(
        stage=use,
        status=ended.status,
        outputs=MappingProxyType({BY_WALL: True} if ended.by_wall else {}),
        detail=ended.detail,
        seconds=ended.seconds,
        cpu_seconds=ended.cpu_seconds,
        max_rss_mb=ended.max_rss_mb,
    )
