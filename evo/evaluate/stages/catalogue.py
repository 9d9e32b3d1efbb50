"""Which stages there are: those that ship, those of installed packages, those in files of the user's."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.config.component import build
from evo.errors import nearest
from evo.evaluate.stages.call import Call
from evo.evaluate.stages.command import CommandStage
from evo.evaluate.stages.custom import custom
from evo.evaluate.stages.llm_judge import LlmJudge
from evo.evaluate.stages.score import Score
from evo.evaluate.stages.source_metrics import SourceMetrics
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
        spec: as declared.
        stages: those that ship.

    Raises:
        SpecError: there is no such stage, or its options do not fit.
    """
    if ":" in spec.use:
        return custom(spec)
    table = stages if spec.use in stages else {**stages, **_installed(spec)}
    if spec.use not in table:
        known = ", ".join(table)
        raise spec.error(f"unknown {spec.use!r}{nearest(spec.use, table)}; there are {known}", "use")
    return build(spec.component, table[spec.use])


def _installed(spec: StageSpec) -> dict[str, type[Stage]]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - most pipelines need none

    found = {point.name: point for point in entry_points(group=GROUP)}
    # Only what is asked for is loaded; the others are there for the nearest name.
    if spec.use in found:
        try:
            return {spec.use: found[spec.use].load()}
        except (ImportError, AttributeError) as error:
            raise spec.error(f"the installed stage {spec.use!r} cannot be loaded: {error}", "use") from error
    return {}
