"""The checks of a pipeline: who reads what from whom, and whether every key means something where it stands."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

from evo.config.pipeline import Trigger
from evo.errors import nearest
from evo.evaluate.stages.stage import DataKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.config.pipeline import PipelineSpec, Repeats, StageGate, StageSpec
    from evo.errors import SpecError
    from evo.evaluate.stages.stage import Stage

    Stages: TypeAlias = Mapping[str, Stage]
    Above: TypeAlias = Mapping[str, frozenset[str]]

OBJECTIVE = "objective"
_RESULTS = frozenset({OBJECTIVE, "measures", "metrics"})


def sources(spec: PipelineSpec, stages: Stages, above: Above) -> dict[str, dict[str, str]]:
    """Return for every stage which stage gives each of its inputs: the nearest one above it that provides it.

    Raises:
        SpecError: an input that nothing above provides, or two stages of which neither comes after the other, or of
            another kind than is read.
    """
    found: dict[str, dict[str, str]] = {}
    for name, stage in stages.items():
        contract = stage.contract
        found[name] = {}
        for wanted, kind in {**contract.wants, **contract.needs}.items():
            writer = _nearest_writer(spec, stages, above, name, wanted)
            if writer is None:
                if wanted in contract.needs:
                    raise _unprovided(spec, stages, name, wanted)
                continue
            given = stages[writer].contract.provides[wanted]
            if given is not kind and (kind is not DataKind.DATA or given is DataKind.RAW):
                message = f"stage {name} reads {wanted!r} as {kind}, but {writer} provides it as {given}"
                raise spec.stages[name].error(message, "use")
            found[name][wanted] = writer
    return found


def _nearest_writer(spec: PipelineSpec, stages: Stages, above: Above, name: str, wanted: str) -> str | None:
    writers = [other for other in stages if other in above[name] and wanted in stages[other].contract.provides]
    last = [writer for writer in writers if not any(writer in above[other] for other in writers)]
    if len(last) > 1:
        message = f"stage {name} reads {wanted!r}, which is written by both {last[0]} and {last[1]}; put one after the "
        raise spec.stages[name].error(f"{message}other, or keep one", "upstream")
    return last[0] if last else None


def _unprovided(spec: PipelineSpec, stages: Stages, name: str, wanted: str) -> SpecError:
    writers = [other for other in stages if other != name and wanted in stages[other].contract.provides]
    if not writers:
        return spec.stages[name].error(f"stage {name} needs {wanted!r}, which no stage provides", "use")
    message = f"stage {name} needs {wanted!r} from {writers[0]}; name {writers[0]} in its upstream"
    return spec.stages[name].error(message, "upstream")


def reported(stage: Stage) -> set[str]:
    """Return the results that a stage adds to an evaluation: its numbers and groups of numbers."""
    provides = stage.contract.provides
    return {name for name, kind in provides.items() if name in _RESULTS or kind is DataKind.NUMBER}


def scorer(spec: PipelineSpec, stages: Stages) -> str:
    """Return the stage that provides the objective.

    Raises:
        SpecError: none does, or two stages write one result.
    """
    writers: dict[str, str] = {}
    for name, stage in stages.items():
        if not spec.stages[name].placing.report:
            continue
        for result in sorted(reported(stage)):
            if result in writers:
                message = f"{result!r} is written by both {writers[result]} and {name}; keep one, or say report: false"
                raise spec.stages[name].error(f"{message} for the one that only serves gates", "use")
            writers[result] = name
    if OBJECTIVE not in writers:
        raise spec.document.error(("stages",), "no stage provides an objective; add a stage with use: score")
    return writers[OBJECTIVE]


def check_reachable(spec: PipelineSpec, stages: Stages, above: Above) -> None:
    """Refuse stages from which no result can be reached: they would cost time and change nothing that is stored.

    Raises:
        SpecError: there is one.
    """
    ends = {
        name
        for name, stage in stages.items()
        if spec.stages[name].placing.report and (reported(stage) or "feedback" in stage.contract.provides)
    }
    alive = ends.union(*(above[end] for end in ends))
    for name in stages:
        if name not in alive:
            message = "no path leads from it to an objective, measure or metric"
            raise spec.stages[name].error(f"stage {name} is unreachable: {message}; connect it or remove it", "use")


def check_placing(spec: PipelineSpec, stages: Stages, above: Above) -> None:
    """Check what the file says about each stage's trigger, gate and limits.

    Raises:
        SpecError: a gate on something that is no number of a stage upstream, a limit that the stage does not know, or
            a trigger that can never fire.
    """
    for name, stage in stages.items():
        declared = spec.stages[name]
        placing, contract = declared.placing, stage.contract
        if placing.when is not None:
            _check_gate(declared, placing.when, stages, above[name])
        given = [each.name for each in fields(placing.limits) if getattr(placing.limits, each.name) is not None]
        for limit in given:
            if limit not in contract.limited:
                known = f"; it knows {', '.join(contract.limited)}" if contract.limited else "; it has none"
                raise declared.error(f"a stage with use: {declared.use} knows no limit {limit}{known}", "limits")
        only = placing.upstream[0] if len(placing.upstream) == 1 else ""
        if placing.trigger is Trigger.ANY_FAILED and only and set(contract.needs) & set(stages[only].contract.provides):
            message = f"stage {name} could never run: it starts when {only} fails, and needs what {only} provides"
            raise declared.error(message, "trigger")


def _check_gate(declared: StageSpec, gate: StageGate, stages: Stages, above: frozenset[str]) -> None:
    stage, output, *key = gate.path
    if stage not in above:
        known = f"there are {', '.join(sorted(above))}"
        raise declared.error(f"{gate.value}: no stage {stage!r} upstream{nearest(stage, above)}; {known}", "when")
    provides = stages[stage].contract.provides
    fitting = [name for name, kind in provides.items() if kind in {DataKind.NUMBER, DataKind.NUMBERS}]
    if output not in fitting:
        known = f"its numbers are {', '.join(fitting)}" if fitting else "it gives none"
        message = f"{gate.value}: {stage} gives no number {output!r}{nearest(output, fitting)}; {known}"
        raise declared.error(message, "when")
    if (provides[output] is DataKind.NUMBERS) != bool(key):
        wanted = f"{stage}.{output}" + ("" if key else ".NAME")
        raise declared.error(f"{gate.value}: expected {wanted}, since {output} is {provides[output]}", "when")


def repeats(
    spec: PipelineSpec, stages: Stages, sources: Mapping[str, Mapping[str, str]], order: Sequence[str]
) -> dict[str, Repeats | None]:
    """Return how often each stage runs: as it says, or as a stage does that it reads.

    Raises:
        SpecError: repeats of a stage that uses no seed, or of one that reads what is repeated already.
    """
    found: dict[str, Repeats | None] = {}
    origin: dict[str, str] = {}
    for name in order:
        own = spec.stages[name].placing.repeats
        if own is not None and not stages[name].contract.seeded:
            message = f"stage {name} uses no seed, so repeating it gives the same again; repeat call or command"
            raise spec.stages[name].error(message, "repeats")
        roots = sorted({origin[source] for source in sources[name].values() if source in origin})
        if len(roots) + (own is not None) > 1:
            both = [*roots, name][:2]
            message = f"stage {name} is repeated twice over: by {both[0]} and {both[1]}; keep one of them"
            raise spec.stages[name].error(message, "repeats" if own else "upstream")
        found[name] = own or (found[roots[0]] if roots else None)
        if found[name] is not None:
            origin[name] = roots[0] if roots else name
    return found
