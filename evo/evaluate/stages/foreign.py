"""The stage `foreign`: somebody else's evaluator and the program, in one confined process."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from evo.errors import SpecError
from evo.evaluate.grants import environment_grants, own_grants
from evo.evaluate.stages.stage import (
    CANDIDATE_LIMITS,
    VERDICT,
    DataKind,
    StageContract,
    failed,
    produced,
    scored,
)
from evo.execute.executor import Command, JudgeQuestion, Task
from evo.execute.inside.command import LOADER_MB
from evo.execute.sandbox import Limits
from evo.records import StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.evaluate.stages.stage import Runtime
    from evo.execute.executor import Grants
    from evo.records import StageResult

_FOLDER = Path(__file__).resolve().parents[1] / "foreign"
_MODULES = ("plain", "blame", "shims", "layouts", "driver")
"""What the process runs of ours, each after those that it imports."""
_PACKAGE = f"{__name__.rpartition('.stages.')[0]}.foreign"
_BOOT = (
    "import json, sys, types\n"
    "order = json.load(sys.stdin)\n"
    "for name, text in order.pop('code').items():\n"
    "    sys.modules[name] = module = types.ModuleType(name)\n"
    "    exec(compile(text, f'<{name}>', 'exec'), module.__dict__)\n"
    "module.main(order)\n"
)
_VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "LOGNAME": "evaluator",
        **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    }
)
_FILE_MB, _OPEN_FILES, _READ_SECONDS = 256, 256, 10.0
"""More than a candidate gets alone: evaluators write files and start programs."""

_FOREIGN = StageContract(
    provides=MappingProxyType(
        {**{name: kind for name, kind in VERDICT.items() if name != "error"}, "private": DataKind.NUMBERS}
    ),
    limited=CANDIDATE_LIMITS,
    seeded=True,
    shared=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Lets the evaluator that a problem names (`foreign:`) score the program, both in one process behind the walls.

    The program could give itself any score, so `trust: shared` stands beside what comes of it. The process reads the
    evaluator's folder and its environment, writes to the current directory, and has no network.
    """

    use: ClassVar[str] = "foreign"

    @property
    def contract(self) -> StageContract:
        """See there."""
        return _FOREIGN

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return what the evaluator's report means, as the stage `score` would; an evaluator's fault is JUDGE_ERROR."""
        problem = runtime.problem
        done = await runtime.executor.run(_task(runtime))
        if done.status is not StageStatus.SUCCESS or done.output is None:
            return produced(self.use, done, {})
        question = JudgeQuestion(
            op="report",
            cpu_seconds=_READ_SECONDS,
            args={
                "objective": problem.spec.objective.name,
                "measures": list(problem.spec.measures),
                "unsteady": list(problem.spec.foreign.unsteady) if problem.spec.foreign else [],
            },
            body=done.output,
        )
        answer = await runtime.executor.judge(question)
        used = {"seconds": done.seconds, "cpu_seconds": done.cpu_seconds, "max_rss_mb": done.max_rss_mb}
        if (words := answer.value.get("failed")) is not None:
            return replace(failed(self.use, StageStatus.FAILED, str(words)), **used)
        return replace(scored(self.use, answer), **used)


def _task(runtime: Runtime) -> Task:
    problem, limits, seed = runtime.problem, runtime.limits, runtime.seed
    foreign = problem.spec.foreign
    if foreign is None:
        raise SpecError("a stage with use: foreign, and no `foreign:` in the problem", path=str(problem.folder))
    evaluator = problem.folder.resolve() / foreign.evaluator
    home = problem.folder.resolve() / foreign.evaluator.partition("/")[0]
    order: dict[str, JSON] = {
        "evaluator": str(evaluator),
        "home": str(home),
        "program": runtime.entry_file,
        "layout": foreign.layout,
        "function": foreign.function,
        "thresholds": list(foreign.thresholds),
        "examples": foreign.examples,
        "parts": list(runtime.program.files) if len(runtime.program.files) > 1 else [],
        "seed": seed,
        "code": dict(_code()),
    }
    python = str(problem.environment.python) if problem.environment else sys.executable
    return Task(
        files=runtime.program.files,
        entry_file=runtime.entry_file,
        kwargs=order,
        grants=_grants(problem, home),
        limits=Limits(
            cpu_seconds=limits.cpu_seconds + 1.0,
            memory_mb=limits.memory_mb + LOADER_MB,
            output_kb=limits.output_kb,
            file_mb=_FILE_MB,
            open_files=_OPEN_FILES,
        ),
        command=Command(
            run=(python, "-s", "-P", "-c", _BOOT),
            cpu_seconds=limits.cpu_seconds,
            memory_mb=limits.memory_mb,
            build_seconds=1.0,
            build_memory_mb=limits.memory_mb,
            environment=_VARIABLES,
        ),
    )


def _grants(problem: Problem, home: Path) -> Grants:
    own = environment_grants(problem.environment) if problem.environment else own_grants()
    return replace(own, readable=(str(home), *problem.readable, *own.readable))


@lru_cache(maxsize=1)
def _code() -> Mapping[str, str]:
    """Return the texts of our modules: the process gets them with its order, whatever interpreter it has."""
    return {f"{_PACKAGE}.{name}": (_FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in _MODULES}
