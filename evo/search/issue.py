"""Issuing: from the state after a commit to everything that is decided before a model is asked.

Pure and immediate. Ticket t is issued from the state after commit t - window and from nothing else, so what it asks
does not depend on which other tickets happen to have finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo import rng
from evo.propose.context import Context, Shown
from evo.propose.emitters import Choice, Emitter, pick
from evo.records import Program, Request, Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from evo.propose.prompt import PromptBuilder
    from evo.qd.selection import Selector
    from evo.search.library import Library
    from evo.search.state import State

_ANCESTORS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A ticket with what it needs to be worked on.

    Attributes:
        request: what to ask; None for a seed.
        parents: the programs of `ticket.parents`; for a seed, the seed itself.
        summary: of a seed, its name.
    """

    ticket: Ticket
    request: Request | None
    parents: tuple[Program, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Issues tickets.

    Attributes:
        seeds: name -> program, in ticket order.
        history: whether prompts tell what was tried before.
    """

    seed: int
    seeds: Mapping[str, Program]
    selector: Selector
    emitters: Sequence[Emitter]
    prompts: PromptBuilder
    library: Library
    history: bool = True

    def issue(self, number: int, state: State) -> Assignment:
        """Issue ticket `number` from `state`, which is the state after the ticket's `after_seq`."""
        if number < len(self.seeds):
            name, program = list(self.seeds.items())[number]
            ticket = Ticket(number=number, after_seq=state.seq, island=None, operator="seed")
            return Assignment(ticket=ticket, request=None, parents=(program,), summary=name)
        random = rng.stream(self.seed, "select", number)
        island = state.archipelago.island_for(number)
        emitter = pick(self.emitters, random)
        choice = self._choose(emitter, island or 0, state, random)
        ticket = Ticket(
            number=number,
            after_seq=state.seq,
            island=island,
            operator=emitter.operator,
            parents=choice.parents,
            inspirations=choice.inspirations,
        )
        request = Request(
            purpose="propose",
            subject=str(number),
            prompt=self.prompts.build(ticket, self._context(choice, state)),
            seed=rng.derive(self.seed, "propose", number),
            llm=emitter.llm,
        )
        return Assignment(
            ticket=ticket, request=request, parents=tuple(self.library.get(parent)[0] for parent in choice.parents)
        )

    def _choose(self, emitter: Emitter, island: int, state: State, random: Random) -> Choice:
        pool = state.pools.pool(island)
        if len(pool):
            return emitter.choose(pool, self.selector, random)
        # Nothing is placed yet: the seeds are known as texts, scored or not.
        drawn = random.sample([seed.id for seed in self.seeds.values()], min(2, len(self.seeds)))
        return Choice(parents=tuple(drawn[:1]), inspirations=tuple(drawn[1:]))

    def _context(self, choice: Choice, state: State) -> Context:
        first = choice.parents[0]
        parents = tuple(self._shown(parent, state) for parent in choice.parents)
        inspirations = tuple(self._shown(program, state) for program in choice.inspirations)
        if not self.history:
            return Context(parents=parents, inspirations=inspirations)
        return Context(
            parents=parents,
            inspirations=inspirations,
            ancestors=state.ancestors(first, _ANCESTORS),
            attempts=state.attempts(first),
            best=state.best.objective if state.best else None,
        )

    def _shown(self, program_id: str, state: State) -> Shown:
        program, evaluation = self.library.get(program_id)
        known = state.known.get(program_id)
        if known is None:
            number = [seed.id for seed in self.seeds.values()].index(program_id)
            return Shown(program=program, evaluation=None, ticket=number, operator="seed")
        step = known.step
        return Shown(
            program=program, evaluation=evaluation, ticket=known.ticket, operator=step.operator, summary=step.summary
        )
