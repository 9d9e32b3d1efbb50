"""What became of a program's stages, and what it scored."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from evo.errors import EvoError
from evo.records.verdicts import EvaluationStatus, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON

TRUST_SHARED: Final = "trust: shared"
"""The flag of a score that came out of a process which the program shared with its evaluator, and so could forge."""

Curve: TypeAlias = tuple[tuple[float, float], ...]
"""How a score came about: (fraction of the work, score so far) each, by fraction."""
Bars: TypeAlias = tuple[tuple[float, float], ...]
"""What a score so far has to reach: (fraction of the work, worst score that goes on) each, by fraction."""
_CURVE: Final = "curve "


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What one stage did.

    Attributes:
        outputs: what later stages may read, by name; plain data.
        seconds, cpu_seconds: wall and CPU time; never part of the log hash.
        max_rss_mb: peak resident memory of the candidate's process, 0.0 when none ran.
        detail: at most 2 kB, normalised, shown to the model and the user.
    """

    stage: str
    status: StageStatus
    outputs: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss_mb: float = 0.0
    detail: str = ""
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a program scored: a function of the program alone.

    Attributes:
        objective: in the problem's unit; a finite float iff status is VALID.
        measures: where it falls in the archive; metrics: everything else worth knowing.
        feedback: what the next prompt may say about it.
        tier: isolation in force; flags: "near_limit", "noisy", "told", "trust: shared"; and the curve, see `curve_of`.
        error: the standard error of the objective, in its unit, as far as its judge knows it; 0 for none.
    """

    program: str
    status: EvaluationStatus
    objective: float | None = None
    measures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    metrics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    stages: tuple[StageResult, ...] = ()
    feedback: str = ""
    tier: str = ""
    flags: tuple[str, ...] = ()
    error: float = 0.0

    def __post_init__(self) -> None:
        """Hold the invariant: a failure is never a number, and a number is always finite."""
        finite = self.objective is not None and math.isfinite(self.objective)
        if finite != (self.status is EvaluationStatus.VALID) or (self.objective is not None and not finite):
            msg = f"evaluation of {self.program}: status {self.status} with objective {self.objective}"
            raise EvoError(msg)
        # SQLite stores no negative zero, and a log has to read back as it was hashed.
        if self.objective == 0:
            object.__setattr__(self, "objective", 0.0)


TOLD = "told"
"""The only stage of an evaluation that was told instead of judged, and its flag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldScore:
    """A score made elsewhere, as somebody told it.

    Attributes:
        objective: in the problem's unit; finite.
        measures: where it falls in the archive; finite.
    """

    objective: float
    measures: Mapping[str, float]


def is_told(evaluation: Evaluation) -> bool:
    """Tell whether an evaluation is somebody's word, and no judge's."""
    return len(evaluation.stages) == 1 and evaluation.stages[0].stage == TOLD


def curve_flag(curve: Curve) -> str:
    """Return a curve as the flag by which an evaluation keeps it."""
    return _CURVE + json.dumps(curve, separators=(",", ":"))


def curve_of(evaluation: Evaluation) -> Curve:
    """Return the curve of an evaluation; empty where nobody kept one."""
    return curve_in(evaluation.flags)


def curve_in(flags: Sequence[str]) -> Curve:
    """Return the curve among the flags of an evaluation; empty where there is none."""
    flag = next((each for each in flags if each.startswith(_CURVE)), None)
    return tuple((at, score) for at, score in json.loads(flag.removeprefix(_CURVE))) if flag else ()


def told_flags(flags: Sequence[str]) -> list[str]:
    """Return the flags that are words for people."""
    return [each for each in flags if not each.startswith(_CURVE)]


def is_ended_early(evaluation: Evaluation) -> bool:
    """Tell whether an evaluation ended before it was whole, because it was not worth finishing."""
    return any(stage.status is StageStatus.ENDED_EARLY for stage in evaluation.stages)


def describe_evaluation(evaluation: Evaluation) -> dict[str, JSON]:
    """Return what a program scored, as plain data."""
    return {
        "status": str(evaluation.status),
        "objective": evaluation.objective,
        "measures": dict(evaluation.measures),
        "told": is_told(evaluation),
        "feedback": evaluation.feedback,
        "stages": {stage.stage: str(stage.status) for stage in evaluation.stages},
    }
