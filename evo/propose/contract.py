"""What prompts say of a problem, taken from its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.propose.prompt import Contract
from evo.verdicts import Direction

if TYPE_CHECKING:
    from evo.spec.problem import Problem


def contract_of(problem: Problem) -> Contract:
    """Return a problem's contract with those who write programs for it."""
    spec, limits, best = problem.spec, problem.limits, problem.best_known
    return Contract(
        label=problem.label,
        summary=spec.summary,
        brief=problem.brief,
        language=spec.language,
        file=spec.program.file,
        entry=spec.program.entry,
        signature=spec.program.signature,
        editable=spec.program.editable,
        imports=spec.program.imports,
        limits=f"{limits.cpu_seconds:g} CPU seconds, {limits.memory_mb:g} MB of memory",
        params=problem.params,
        objective=spec.objective.name,
        direction=Direction(spec.objective.direction),
        unit=spec.objective.unit,
        best_known=f"{best.value!r} ({best.source})" if best else "",
        measures={name: measure.meaning for name, measure in spec.measures.items()},
    )
