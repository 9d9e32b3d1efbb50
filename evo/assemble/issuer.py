"""From the declared run to what it asks and how it works on the answers, in a run and in a replay alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evo.assemble import models
from evo.assemble.parts import (
    EMITTERS,
    MIXES,
    all_emitters_of,
    emitters_of,
    selector_of,
    strategy_of,
    tactic_of,
    ways_of,
)
from evo.config.component import choose
from evo.propose.emitters.emitter import asks_model
from evo.propose.emitters.tactic import Tactic
from evo.propose.prompt import templates as templating
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.problem_contract import contract_of
from evo.propose.prompt.rehearsal import rehearse
from evo.search.adviser import Adviser
from evo.search.analyst import Analyst
from evo.search.attempt import Attempts, Evaluates, Keeps
from evo.search.edges import Edges
from evo.search.gates import Gates
from evo.search.issue import Issuer
from evo.search.scout import Forms, scout_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.config.problem import Problem
    from evo.config.run import RunSpec
    from evo.llm.budget import Ledger
    from evo.llm.model import LLM, LLMClient
    from evo.records import Program
    from evo.search.library import Library
    from evo.search.state import State


class ScoresAndForms(Evaluates, Forms, Protocol):
    """What scores programs and knows their forms; `evaluate.evaluator.Evaluator` in a run."""


def builder_of(spec: RunSpec, problem: Problem, folder: Path | None) -> PromptBuilder:
    """Return what builds the run's prompts.

    Args:
        spec: the run.
        problem: what it searches.
        folder: with templates of the run's own; None for those that ship.

    Raises:
        NotFoundError: no such folder, or no template in it.
        SpecError: a template that cannot be rendered, at its file and line; an emitter that cannot work in this run.
    """
    emitters = all_emitters_of(spec)
    # A folder may hold the templates of operators that this run has no use for.
    known = {each.operator for each in (*emitters, *EMITTERS.values(), Tactic) if asks_model(each)} if folder else ()
    templates = templating.load(folder, known) if folder else None
    builder = PromptBuilder(
        contract_of(problem), emitters=emitters, sections=spec.prompts.tokens, templates=templates, folder=folder
    )
    if builder.foreign:
        rehearse(builder)
    return builder


def issuer_of(
    spec: RunSpec,
    problem: Problem,
    options: Mapping[str, LLM],
    *,
    seeds: Mapping[str, Program],
    library: Library,
    prompts: PromptBuilder,
    secrets: Sequence[str],
) -> Issuer:
    """Return what decides on every ticket.

    Args:
        spec: the run.
        problem: what it searches.
        options: its models by role.
        seeds: name -> program, in ticket order.
        library: knows every committed program.
        prompts: builds what is asked.
        secrets: what no prompt may show.
    """
    rooms, edges, history = models.rooms(spec, options), Edges(library), strategy_of(spec).history
    analyst = None
    if spec.insights and history:
        analyst = Analyst(
            seed=spec.seed,
            share=spec.insights.arm,
            llm=spec.insights.llm,
            prompts=prompts,
            edges=edges,
            most=rooms.get(spec.insights.llm),
            secrets=secrets,
        )
    return Issuer(
        seed=spec.seed,
        seeds=seeds,
        selector=selector_of(spec),
        emitters=emitters_of(spec),
        prompts=prompts,
        library=library,
        history=history,
        mix=choose(spec.mix, MIXES),
        editable=problem.spec.program.editable,
        secrets=secrets,
        shows=spec.prompts,
        rooms=rooms,
        edges=edges if spec.prompts.lineage == "full" else None,
        analyst=analyst,
        adviser=Adviser(seed=spec.seed, prompts=prompts, rooms=rooms, secrets=secrets),
        tactic=tactic_of(spec),
        ways=ways_of(spec),
    )


def attempts_of(
    spec: RunSpec,
    problem: Problem,
    *,
    llms: Mapping[str, LLMClient],
    evaluator: ScoresAndForms,
    store: Keeps,
    state: State,
    secrets: Sequence[str],
    ledger: Ledger | None = None,
) -> Attempts:
    """Return what works on tickets.

    Args:
        spec: the run.
        problem: what it searches.
        llms: its models by role.
        evaluator: scores programs.
        store: keeps evaluations until a commit uses them.
        state: of the run.
        secrets: what no request may show.
        ledger: the budget; None where nothing is paid.
    """
    return Attempts(
        llms=llms,
        evaluator=evaluator,
        store=store,
        state=state,
        gates=Gates(spec.schedule.slots, spec.executor.workers),
        ledger=ledger,
        editable=problem.spec.program.editable,
        scout=scout_of(spec, evaluator, llms, secrets),
    )
