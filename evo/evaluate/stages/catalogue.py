"""Which stages there are: those that ship, those of installed packages, those in files of the user's.

A class whose `run` is a coroutine is a `Stage`: it runs in the main process, where it awaits the executor. One whose
`run` is a plain function runs in a judge process. Candidates' words are parsed in judges alone, so whoever looks into
what a candidate said writes the second kind; the first is for what sets the executor or a model to work.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.config.component import build
from evo.errors import nearest
from evo.evaluate.stages.call import Call
from evo.evaluate.stages.command import CommandStage
from evo.evaluate.stages.custom import DECLARED, custom, in_file, in_judge
from evo.evaluate.stages.llm_judge import LlmJudge
from evo.evaluate.stages.score import Score
from evo.evaluate.stages.source_metrics import SourceMetrics
from evo.evaluate.stages.stage_class import module_class
from evo.evaluate.stages.syntax import Syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.config.pipeline import StageSpec
    from evo.evaluate.stages.stage import Stage

GROUP = "evo.stages"
"""Entry points of this group are stages under their names; installed packages are trusted like this one."""

STAGES: Mapping[str, type[Stage]] = MappingProxyType(
    {stage.use: stage for stage in (Syntax, Call, CommandStage, Score, SourceMetrics, LlmJudge)}
)
"""The name in a pipeline file -> the stage."""


def made(spec: StageSpec, stages: Mapping[str, type[Stage]] = STAGES) -> Stage:
    """Return the stage that a pipeline file asks for.

    Args:
        spec: as declared: a name, `module:Class` or `path.py:Class`.
        stages: those that ship.

    Raises:
        SpecError: there is no such stage, or its options do not fit.
    """
    if spec.use in stages:
        return build(spec.component, stages[spec.use])
    if in_file(spec):
        return custom(spec)
    if ":" in spec.use:
        module, _, name = spec.use.rpartition(":")
        return _of_module(spec, module, name)
    installed = _installed()
    if spec.use in installed:
        return _of_module(spec, *installed[spec.use])
    known = [*stages, *installed]
    raise spec.error(f"unknown {spec.use!r}{nearest(spec.use, known)}; there are {', '.join(known)}", "use")


def _installed() -> dict[str, tuple[str, str]]:
    """Return module and class of every installed stage, by its name."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - most pipelines need none

    return {point.name: (point.module, point.attr) for point in entry_points(group=GROUP)}


def _of_module(spec: StageSpec, module: str, name: str) -> Stage:
    """Return a stage of a module: read where its `run` is a plain function, imported where it is a coroutine."""
    found = module_class(spec, module, name, DECLARED)
    if found is not None and not found.coroutine:
        return in_judge(spec, found)
    try:
        cls = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise spec.error(f"the installed stage {spec.use!r} cannot be loaded: {error}", "use") from error
    if not inspect.iscoroutinefunction(getattr(cls, "run", None)):
        message = f"{module}:{name} has no coroutine run(self, inputs, runtime)"
        raise spec.error(f"{message}; to run it in a judge, name the module that defines the class and its run", "use")
    return build(spec.component, cls)
