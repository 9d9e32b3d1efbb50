"""From the setup to what a run asks and how it works on the answers, in a run and in a replay alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evo.llm.budget import Ledger
from evo.propose.answer import AnswerReader
from evo.search.adviser import Adviser
from evo.search.analyst import Analyst
from evo.search.attempt import Attempts, DrawsPictures, Evaluates, Keeps, Reads
from evo.search.edges import Edges
from evo.search.gates import Gates
from evo.search.issue import Issuer
from evo.search.scout import Forms, Scout
from evo.search.second_turns import Follows, SecondTurns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.assemble.setup import Setup
    from evo.llm.model import LLMClient
    from evo.llm.waits import Waits
    from evo.records import Program
    from evo.search.library import Library
    from evo.search.state import State


_ROOM = 1000


class ScoresAndForms(Evaluates, Forms, Protocol):
    """What scores programs and knows their forms; `evaluate.evaluator.Evaluator` in a run."""


def issuer_of(setup: Setup, *, seeds: Mapping[str, Program], library: Library) -> Issuer:
    """Return what decides on every ticket.

    Args:
        setup: the run.
        seeds: name -> program, in ticket order.
        library: knows every committed program.
    """
    edges, history = Edges(library), setup.fold.strategy.history
    return Issuer(
        seed=setup.seed,
        seeds=seeds,
        ways=setup.ways,
        prompts=setup.prompts,
        library=library,
        history=history,
        remembers=setup.remembers and history,
        mix=setup.mix,
        editable=setup.problem.editable,
        secrets=setup.secrets,
        shows=setup.shows,
        manners=setup.manners,
        rooms=setup.rooms,
        edges=edges if setup.shows.lineage == "full" else None,
        analyst=_analyst(setup, edges) if history else None,
        tactic=setup.tactic,
        economy=setup.economy,
        adviser=Adviser(seed=setup.seed, prompts=setup.prompts, rooms=setup.rooms, secrets=setup.secrets),
    )


def _analyst(setup: Setup, edges: Edges) -> Analyst | None:
    asked = setup.insights
    if asked is None:
        return None
    return Analyst(
        seed=setup.seed,
        share=asked.arm,
        llm=asked.llm,
        prompts=setup.prompts,
        edges=edges,
        most=setup.rooms.get(asked.llm),
        secrets=setup.secrets,
    )


def reader_of(setup: Setup) -> AnswerReader:
    """Return what reads the answers of a run."""
    return AnswerReader(
        editable=setup.problem.editable,
        entry=setup.problem.spec.program.entry,
        outside=setup.patient | setup.confined,
        trusted=setup.trusted,
        measures=setup.measures,
    )


def attempts_of(
    setup: Setup,
    *,
    llms: Mapping[str, LLMClient],
    evaluator: ScoresAndForms,
    store: Keeps,
    state: State,
    ledger: Ledger | None = None,
    waits: Waits | None = None,
    abandoned: frozenset[int] = frozenset(),
    artist: DrawsPictures | None = None,
    reader: Reads | None = None,
    follows: Follows | None = None,
    alone: bool = False,
) -> Attempts:
    """Return what works on tickets.

    Args:
        setup: the run.
        llms: its models by role, connected.
        evaluator: scores programs.
        store: keeps evaluations until a commit uses them.
        state: of the run.
        ledger: the budget; None where nothing is paid.
        waits: what waits for a model; None where nothing does.
        abandoned: tickets that a person has given up.
        artist: draws programs for models that see; None where nobody is shown any.
        reader: of answers; None for this version's.
        follows: which follow-ups are made; None for those that the models and the budget allow.
        alone: no model is asked, so none has to be spared: every ticket has a slot to wait in.
    """
    scout = None
    if setup.novelty is not None:
        scout = Scout(spec=setup.novelty, forms=evaluator, llms=llms, seed=setup.seed, secrets=setup.secrets)
    return Attempts(
        llms=llms,
        evaluator=evaluator,
        store=store,
        state=state,
        gates=Gates(max(setup.slots, setup.window + _ROOM) if alone else setup.slots, setup.executor.workers),
        ledger=ledger,
        waits=waits,
        reader=reader or reader_of(setup),
        follows=follows or SecondTurns(setup.second_turns, setup.rooms, ledger or Ledger()),
        scout=scout,
        seed=setup.seed,
        draws=setup.draws,
        abandoned=abandoned,
        artist=artist,
        patient=setup.patient | setup.confined,
    )
