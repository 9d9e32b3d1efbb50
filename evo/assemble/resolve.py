"""The declared run, resolved once: every part made, everything that hangs together checked, nothing started.

`resolve` is the one place that takes a `RunSpec` apart. A run, a resume, a replay, an estimate and `evo check` all work
with what it returns.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo import parts
from evo.assemble import models
from evo.assemble.brought import with_brought
from evo.assemble.counsel import check_counsel
from evo.assemble.fold import FoldParts, fold_parts, misdeclared
from evo.assemble.identity import templates_of
from evo.assemble.setup import Setup
from evo.assemble.space import spaces_of
from evo.assemble.tellers import secrets_of
from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem, pipeline_of
from evo.errors import SpecError, nearest
from evo.evaluate.fit import check_asked
from evo.evaluate.graph import Graph
from evo.llm.facts import facts_by_role
from evo.propose.emitters.emitter import Setting, asks_model
from evo.propose.emitters.tactic import Tactic
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.problem_contract import contract_of
from evo.propose.prompt.rehearsal import rehearse
from evo.propose.prompt.templates import NEWEST
from evo.propose.prompt.templates import load as load_templates
from evo.qd.selectors import Uniform
from evo.search.issue import Way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.config.component import Component
    from evo.config.problem import Problem
    from evo.config.problem_spec import MeasureSpec
    from evo.config.run import RunSpec
    from evo.execute.executor import ExecutorOptions
    from evo.llm.model import LLM
    from evo.parts import Part
    from evo.propose.emitters.emitter import Emitter
    from evo.propose.operator_bandits import Mix
    from evo.qd.economies import Economy
    from evo.qd.selectors import Selector


def resolve(spec: RunSpec, problem: Problem, graph: Graph, *, templates: Path | None) -> Setup:
    """Make every part of a run, each once.

    Args:
        spec: the run.
        problem: what it searches.
        graph: the checked pipeline that scores its programs.
        templates: a folder with templates of the run's own; None for those that ship.

    Raises:
        SpecError: a part that does not exist, options that do not fit, or parts that do not hold together, each at its
            place in the file.
        LLMError: the environment variable of a key is not set.
    """
    spec = with_brought(spec)
    measures = MappingProxyType({**problem.spec.measures, **graph.measures})
    spec = _with_objectives(spec, problem, measures)
    fold = fold_parts(spec)
    spaces = spaces_of(spec, problem, measures)
    llms = {role: parts.make("llm", component, f"llms.{role}") for role, component in spec.llms.items()}
    options = {role: cast("LLM", part.value) for role, part in llms.items()}
    facts = facts_by_role(options)
    models.check_members(spec, facts)
    check_asked(graph, spec.llms)
    check_counsel(spec, problem, graph)
    ways, made = make_ways(spec, fold, measures)
    emitters = [emitter for way in ways for emitter in way.emitters]
    tactic = Tactic(llm=spec.tactics.llm) if spec.tactics else None
    mix = parts.make("mix", spec.mix, "mix")
    economy = _economy(spec, graph)
    executor = parts.make("executor", spec.executor, "executor")
    trackers = [parts.make("tracker", each, f"trackers.{number}") for number, each in enumerate(spec.trackers)]
    return Setup(
        declared=spec,
        problem=problem,
        graph=graph,
        measures=measures,
        fold=fold,
        spaces=spaces.each,
        ways=ways,
        tactic=tactic,
        mix=cast("Mix", mix.value),
        economy=next((cast("Economy", each.value) for each in economy), None),
        llms=MappingProxyType(options),
        facts=facts,
        secrets=(*models.secrets(facts), *secrets_of(trackers)),
        rooms=models.rooms(spec.prompts.tokens.total, facts),
        executor=cast("ExecutorOptions", executor.value),
        prompts=_prompts(spec, problem, [*emitters, *([tactic] if tactic else [])], templates),
        trackers=trackers,
        made=[*fold.made, *spaces.made, *made, mix, *economy, *llms.values(), executor, *graph.parts, *trackers],
    )


def resolve_files(spec: RunSpec) -> Setup:
    """Resolve a config as a new run would, without a run: what `evo check` and an estimate look at.

    Raises:
        NotFoundError: a problem, a pipeline or a folder of templates that does not exist.
        SpecError: as `resolve`.
    """
    beside = spec.source.parent if spec.source else None
    problem = load_problem(spec.problem, beside=beside, params=spec.params or None)
    return resolve(spec, problem, graph_of(problem, spec.pipeline, beside), templates=templates_of(spec, beside))


def graph_of(problem: Problem, pipeline: str | None, beside: Path | None = None) -> Graph:
    """Return the checked pipeline of a problem; `pipeline` is the problem's where None.

    Raises:
        NotFoundError, SpecError: the pipeline does not exist or does not hold together.
    """
    return Graph.of(load_pipeline(str(pipeline_of(problem, pipeline, beside=beside))))


def _with_objectives(spec: RunSpec, problem: Problem, measures: Mapping[str, MeasureSpec]) -> RunSpec:
    """Return the run with all of its further objectives: the problem's, then its own.

    Raises:
        SpecError: one that is no measure of the problem or its pipeline.
    """
    aims = {**problem.spec.objectives, **spec.objectives}
    for name in aims:
        if name not in measures:
            message = f"objectives.{name}: no such measure{nearest(name, measures)}; {problem.label} has "
            raise SpecError(message + ", ".join(measures), path=str(spec.source or ""))
    return replace(spec, objectives=MappingProxyType(aims)) if aims else spec


def make_ways(
    spec: RunSpec, fold: FoldParts, measures: Mapping[str, MeasureSpec] | None = None
) -> tuple[Sequence[Way], Sequence[Part]]:
    """Return how each island makes programs, one way where all do it alike, and the parts that were made for it.

    Args:
        spec: the run.
        fold: its fold.
        measures: those that a selector may name; None where they are not known.

    Raises:
        SpecError: a part that does not exist, options that do not fit, or an emitter that cannot work in this run.
    """
    base = _selector(spec.selector, "selector", fold, measures)
    emitters = _emitters(spec, spec.emitters, "emitters", fold)
    made = [base, *emitters]
    whole = _way(fold, base, emitters)
    if all(each.selector is None and each.emitters is None for each in spec.islands.each):
        return [whole], made
    ways: list[Way] = []
    for island, each in enumerate(spec.islands.each):
        place = f"islands.each.{island}"
        selector = _selector(each.selector, f"{place}.selector", fold, measures) if each.selector else base
        own = _emitters(spec, each.emitters, f"{place}.emitters", fold) if each.emitters else emitters
        made += [part for part in (selector, *own) if part.place.startswith(place)]
        ways.append(_way(fold, selector, own))
    return ways, made


def _economy(spec: RunSpec, graph: Graph) -> list[Part]:
    """Return what ends evaluations early: one part, or none.

    Raises:
        SpecError: it does not exist, its options do not fit, or scores are means of several judgements.
    """
    if spec.economy is None:
        return []
    if graph.scorer.repeats is not None:
        raise spec.economy.error(
            f"stage {graph.scorer.name} is repeated, and no repetition tells how the mean goes; leave one of them out"
        )
    return [parts.make("economy", spec.economy, "economy")]


def _way(fold: FoldParts, selector: Part, emitters: Sequence[Part]) -> Way:
    chosen = cast("Selector", selector.value) if fold.strategy.selects else Uniform()
    return Way(selector=chosen, emitters=[cast("Emitter", emitter.value) for emitter in emitters])


def _selector(component: Component, place: str, fold: FoldParts, measures: Mapping[str, MeasureSpec] | None) -> Part:
    part = parts.make("selector", component, place)
    measure = getattr(part.value, "measure", None)
    if measures is not None and fold.strategy.selects and isinstance(measure, str) and measure not in measures:
        there = f"{nearest(measure, measures)}; there are {', '.join(measures)}"
        raise component.error(f"unknown measure {measure!r}{there}", "measure")
    return part


def _emitters(spec: RunSpec, components: Sequence[Component], place: str, fold: FoldParts) -> Sequence[Part]:
    """Return emitters that can work in this run.

    Raises:
        SpecError: one whose model is not among the run's, or that needs what the run does not have.
    """
    setting = Setting(noise=fold.noise is not None and fold.strategy.selects)
    made: list[Part] = []
    for number, component in enumerate(components):
        part = parts.make("emitter", component, f"{place}.{number}")
        emitter = cast("Emitter", part.value)
        if not emitter.weight > 0:
            raise component.error(f"expected a number, above 0; got {emitter.weight:g}", "weight")
        if emitter.llm and emitter.llm not in spec.llms:
            raise _unanswered(component, emitter, spec)
        if lacking := emitter.needs(setting):
            raise component.error(lacking)
        made.append(part)
    return made


def _unanswered(component: Component, emitter: Emitter, spec: RunSpec) -> SpecError:
    there = ", ".join(spec.llms) or "none"
    if component.document.root is None:  # nobody wrote this emitter; what was written is `llms`
        message = f"expected the role {emitter.llm!r}, which emitter {component.use} asks; got {there}"
        return misdeclared(spec, ("llms",), message, at_key=False)
    hint = nearest(emitter.llm, spec.llms) or f"; there are {there}"
    return component.error(f"no {emitter.llm!r} among llms{hint}", "llm")


def _prompts(spec: RunSpec, problem: Problem, emitters: Sequence[Emitter], folder: Path | None) -> PromptBuilder:
    """Return what builds the run's prompts; templates that do not come with this package are tried once."""
    # A folder may hold the templates of operators that this run has no use for.
    shipped = [cast("type[Emitter]", found.cls) for found in parts.shipped("emitter")] if folder else []
    known = {each.operator for each in (*emitters, *shipped, Tactic) if asks_model(each)}
    builder = PromptBuilder(
        contract_of(problem, spec.prompts.libraries),
        emitters=emitters,
        sections=spec.prompts.tokens,
        templates=load_templates(folder, known) if folder else None,
        folder=folder,
        edition=spec.prompts.edition or NEWEST,
    )
    if builder.foreign:
        rehearse(builder)
    return builder
