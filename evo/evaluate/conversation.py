"""Scoring where the judge calls the candidate: both live side by side, wherever the executor puts them.

The stages stay what they are. `call` starts nothing and provides, as its output, the order that says how to run the
program; `score` carries it out with the judge at the other end.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from evo.evaluate.grants import called_grants, started_grants
from evo.evaluate.inquiry import conversed
from evo.evaluate.stages.stage import BY_WALL, ended_early, unsaid
from evo.execute.executor import Command, JudgeQuestion, Task
from evo.execute.plain import plain
from evo.execute.sandbox import Limits
from evo.execute.toolchains import find_toolchain, grants_of, joined
from evo.records import StageResult, StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.evaluate.stages.stage import Runtime
    from evo.execute.executor import Conversation, Grants, JudgeAnswer, TaskResult


def order(task: Task, params: Mapping[str, JSON], toolchains: Sequence[str] = ()) -> dict[str, JSON]:
    """Return what `conduct` needs to know of the stage before: imports to find warm, limits, command, parameters."""
    command: dict[str, JSON] = {"command": plain(task.command)} if task.command else {}
    command |= {"toolchains": list(toolchains)} if toolchains else {}
    return {"output": {"imports": list(task.imports), "limits": asdict(task.limits), **command}, "params": dict(params)}


def ordered_task(output: JSON, runtime: Runtime) -> Task:
    """Return the task by which a program comes to life, from the output of `order`."""
    problem, ordered = runtime.problem, cast("dict[str, Any]", output)
    return Task(
        files=runtime.files,
        tree=runtime.checkout,
        entry_file=runtime.entry_file,
        entry=problem.spec.program.entry,
        imports=tuple(ordered["imports"]),
        hidden=(runtime.folder.path,),
        grants=_granted(ordered, problem),
        limits=Limits(**ordered["limits"]),
        command=_command(ordered["command"]) if "command" in ordered else None,
        reference=None if problem.reference is None else problem.reference.files,
    )


def _granted(ordered: Mapping[str, Any], problem: Problem) -> Grants:
    if "command" not in ordered:
        return called_grants(problem)
    # Looked for anew: where they lie belongs to no result.
    found = [find_toolchain(name) for name in ordered.get("toolchains", ())]
    return joined([grants_of(found), started_grants(problem)])


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
    problem, task = runtime.problem, ordered_task(inputs["output"], runtime)
    params = cast("dict[str, JSON]", inputs.get("params", dict(problem.params)))
    question = JudgeQuestion(
        op="conduct",
        cpu_seconds=runtime.limits.judge_seconds,
        args={
            "params": {**params, **problem.judge_params},
            "measures": list(problem.spec.measures),
            **runtime.race,
        },
        folder=runtime.folder,
    )
    found = await conversed(task, question, runtime, problem.spec.asks)
    return (
        _judged(use, unsaid(found.answer, problem), found, problem.spec.objective.name)
        if found.answer
        else _dead(use, cast("TaskResult", found.ended))
    )


def _command(ordered: Mapping[str, Any]) -> Command:
    # Out of a cache both steps come as lists.
    return replace(Command(**ordered), run=tuple(ordered["run"]), build=tuple(ordered["build"]))


def _judged(use: str, answer: JudgeAnswer, found: Conversation, name: str) -> StageResult:
    if answer.error:
        detail = normalise_detail(answer.error)
        return StageResult(stage=use, status=StageStatus.JUDGE_ERROR, detail=detail, cpu_seconds=found.cpu_seconds)
    if early := ended_early(answer, name):
        status, detail = early
        return StageResult(
            stage=use,
            status=status,
            outputs=MappingProxyType({"curve": answer.value["curve"]}),
            detail=detail,
            cpu_seconds=found.cpu_seconds,
            max_rss_mb=found.max_rss_mb,
        )
    refusal = answer.value.get("refusal")
    detail = "" if refusal is None else normalise_detail(str(refusal))
    return StageResult(
        stage=use,
        status=StageStatus.SUCCESS if refusal is None else StageStatus.FAILED,
        outputs=MappingProxyType(dict(answer.value) if refusal is None else {"refusal": detail}),
        detail=detail,
        cpu_seconds=found.cpu_seconds,
        max_rss_mb=found.max_rss_mb,
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
