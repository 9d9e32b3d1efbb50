"""Who answers what the judge of a run asks: which model, and how much of it one program can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.assemble.fold import misdeclared
from evo.evaluate.counsel import Counsel
from evo.evaluate.inquiry import AsksThroughRun
from evo.llm.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evo.assemble.setup import Setup
    from evo.config.problem import Problem
    from evo.config.problem_spec import AskSpec
    from evo.config.run import RunSpec
    from evo.evaluate.graph import Graph
    from evo.llm.model import LLMClient


def asking(problem: Problem, graph: Graph) -> Iterator[tuple[str, AskSpec]]:
    """Yield who asks the run's model while a program is scored, in words, and how much at most."""
    if problem.spec.asks:
        yield f"the judge of {problem.label}", problem.spec.asks
    for node in graph.nodes:
        if isinstance(node.stage, AsksThroughRun) and node.stage.asks:
            yield f"stage {node.name}", node.stage.asks


def check_counsel(spec: RunSpec, problem: Problem, graph: Graph) -> None:
    """Refuse a run whose judge asks a model of which nobody says which it is.

    Raises:
        SpecError: at its place in the config.
    """
    who = next((who for who, _ in asking(problem, graph)), None)
    if who and spec.evaluate is None:
        role = next(iter(spec.llms), "small")
        message = f"{who} asks a model; expected which of llms, for example evaluate: {{ask: {role}}}"
        raise misdeclared(spec, ("evaluate",), message)


def counsel_of(setup: Setup, llms: Mapping[str, LLMClient], waits: Waits | None = None) -> Counsel | None:
    """Return who answers what the judge asks; None where it asks nothing.

    Args:
        setup: the run.
        llms: its models by role; their answers are durable before anyone reads them.
        waits: of the run.
    """
    declared = setup.declared.evaluate
    if declared is None:
        return None
    return Counsel(
        client=llms[declared.ask],
        role=declared.ask,
        tries=declared.tries,
        at_once=setup.slots,
        waits=waits or Waits(),
    )


def tell_counsel(setup: Setup) -> Iterator[str]:
    """Yield what the judge will ask whom, at most, and what that costs for one program, a sentence each."""
    declared = setup.declared.evaluate
    if declared is None:
        return
    facts = setup.facts[declared.ask]
    model = facts.model or setup.declared.llms[declared.ask].use
    for who, limits in asking(setup.problem, setup.graph):
        size = f"{limits.questions} questions of {limits.prompt_kb:g} kB and answers of {limits.max_tokens} tokens"
        words = f"{who} asks {declared.ask} ({model}) up to {size} about one program"
        if facts.prices is None:
            yield f"{words}; its prices are not known"
        else:
            # Of a prompt every byte may be a token, as budgets count it.
            usd = facts.prices.usd(round(1000 * limits.prompt_kb), limits.max_tokens) * limits.questions
            yield f"{words}, at most {usd:.4g} usd" if usd else f"{words}, for nothing"
