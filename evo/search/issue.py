"""Issuing: from the state after a commit to everything that is decided before a model is asked.

Pure and immediate. Ticket t is issued from the state after commit t - window and from nothing else, so what it asks
does not depend on which other tickets happen to have finished.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from evo import rng
from evo.edits import Refusal
from evo.propose.advice import Purpose, followed, listed
from evo.propose.context import Context, Shown
from evo.propose.emitters import Choice, Emitter, Tactic, Tune, able
from evo.propose.mixes import Mix, Weighted
from evo.propose.tuning import tuned
from evo.records import Program, Prompt, Proposal, Request, Ticket
from evo.text import redact
from evo.verdicts import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from evo.edits import Editable
    from evo.propose.advice import Digest
    from evo.propose.prompt import PromptBuilder
    from evo.qd.selection import Selector
    from evo.search.library import Library
    from evo.search.state import State

_ANCESTORS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request that cannot be written before others are answered.

    Attributes:
        asks: what has to be answered first; each is asked once, however many tickets carry it.
        write: makes the request from the texts of the answers, in that order; a function of these alone.
    """

    asks: tuple[Request, ...]
    write: Callable[[Sequence[str]], Request]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one island makes programs.

    Attributes:
        emitters: at least one.
    """

    selector: Selector
    emitters: Sequence[Emitter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A ticket with what it needs to be worked on.

    Attributes:
        request: what to ask; where no model is asked (a seed, moved numbers), the proposal that is there already.
        parents: the programs of `ticket.parents`.
    """

    ticket: Ticket
    request: Request | Draft | Proposal
    parents: tuple[Program, ...] = ()


class Issues(Protocol):
    """Decides what every ticket asks for; `Issuer` in a search, `baseline.Results` where the programs are there."""

    @property
    def seeds(self) -> Mapping[str, Program]:
        """Name -> program, in ticket order."""
        ...

    def issue(self, number: int, state: State) -> Assignment:
        """Issue ticket `number` from `state`, which is the state after the ticket's `after_seq`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Issues tickets.

    Attributes:
        seeds: name -> program, in ticket order.
        history: whether prompts tell what was tried before.
        mix: which emitter gets a ticket.
        editable: what of a program may change.
        secrets: what no prompt may show, wherever it came from.
        asked: the newest request for advice of each purpose, as it was written.
        ways: one for each island, instead of `selector` and `emitters`; none where the islands do not differ.
    """

    seed: int
    seeds: Mapping[str, Program]
    selector: Selector
    emitters: Sequence[Emitter]
    prompts: PromptBuilder
    library: Library
    history: bool = True
    mix: Mix = field(default_factory=Weighted)
    editable: Editable = "whole"
    secrets: Sequence[str] = ()
    ways: Sequence[Way] = ()
    asked: dict[Purpose, Request] = field(default_factory=dict[Purpose, Request], compare=False)

    def issue(self, number: int, state: State) -> Assignment:
        """Issue ticket `number` from `state`, which is the state after the ticket's `after_seq`."""
        if number < len(self.seeds):
            name, program = list(self.seeds.items())[number]
            ticket = Ticket(number=number, after_seq=state.seq, island=None, operator="seed")
            return Assignment(ticket=ticket, request=_made(ticket, program, name))
        random = rng.stream(self.seed, "select", number)
        island = state.archipelago.island_for(number)
        broken = state.broken(island or 0)
        way = self.ways[island or 0] if self.ways else Way(selector=self.selector, emitters=self.emitters)
        trying = state.guidance.trying(state.seq)
        emitter = Tactic(llm=trying.llm) if trying else self.mix.pick(able(way.emitters, broken), state.arms, random)
        pool = state.pools.pool(island or 0)
        choice = self._seeded(emitter.choose(pool, way.selector, random, broken), random)
        ticket = Ticket(
            number=number,
            after_seq=state.seq,
            island=island,
            operator=emitter.operator,
            parents=choice.parents,
            inspirations=choice.inspirations,
        )
        parents = tuple(self.library.get(parent)[0] for parent in choice.parents)
        if isinstance(emitter, Tune):
            return Assignment(ticket=ticket, request=self._tuned(emitter, ticket, parents[0]), parents=parents)
        context = self._context(choice, state)
        digests = [each for each in (state.guidance.note if self.history else None, trying) if each]
        if not digests:
            return Assignment(ticket=ticket, request=self._request(ticket, emitter.llm, context), parents=parents)
        draft = self._draft(ticket, emitter.llm, context, digests, state)
        return Assignment(ticket=ticket, request=draft, parents=parents)

    def _request(self, ticket: Ticket, llm: str, context: Context) -> Request:
        return Request(
            purpose="propose",
            subject=str(ticket.number),
            prompt=self._without_secrets(self.prompts.build(ticket, context)),
            seed=rng.derive(self.seed, "propose", ticket.number),
            llm=llm,
        )

    def _draft(self, ticket: Ticket, llm: str, context: Context, digests: Sequence[Digest], state: State) -> Draft:
        def write(answers: Sequence[str]) -> Request:
            advised = context
            for digest, text in zip(digests, answers, strict=True):
                match digest.purpose:
                    case Purpose.NOTE:
                        advised = replace(advised, notes=listed(text, digest.count))
                    case Purpose.TACTIC:
                        advised = replace(advised, tactic=followed(text, ticket.number))
            return self._request(ticket, llm, advised)

        return Draft(asks=tuple(self._asked(digest, state) for digest in digests), write=write)

    def _asked(self, digest: Digest, state: State) -> Request:
        """Return the request for advice that rests on a digest; written once, since every ticket carries it."""
        written = self.asked.get(digest.purpose)
        if written is None or written.subject != str(digest.epoch):
            written = self.asked[digest.purpose] = self._advice(digest, state)
        return written

    def _advice(self, digest: Digest, state: State) -> Request:
        return Request(
            purpose=digest.purpose,
            subject=str(digest.epoch),
            prompt=self._without_secrets(self.prompts.advise(digest, self._shown(digest.best, state))),
            seed=rng.derive(self.seed, digest.purpose, digest.epoch),
            llm=digest.llm,
        )

    def _without_secrets(self, prompt: Prompt) -> Prompt:
        return Prompt(system=redact(prompt.system, self.secrets), user=redact(prompt.user, self.secrets))

    def _tuned(self, emitter: Tune, ticket: Ticket, parent: Program) -> Proposal:
        random = rng.stream(self.seed, "tune", ticket.number)
        found = tuned(parent, random, editable=self.editable, sigma=emitter.sigma, numbers=emitter.numbers)
        return _made(ticket, found, "numbers moved")

    def _seeded(self, choice: Choice, random: Random) -> Choice:
        if choice.parents:
            return choice
        # Nothing is placed yet, or a seed is wanted: the seeds are known as texts, scored or not.
        drawn = random.sample([seed.id for seed in self.seeds.values()], min(2, len(self.seeds)))
        return Choice(parents=tuple(drawn[:1]), inspirations=() if choice.fresh else tuple(drawn[1:]))

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


def _made(ticket: Ticket, found: Program | Refusal, summary: str) -> Proposal:
    """Return the proposal of a ticket that no model is asked for."""
    program = found if isinstance(found, Program) else None
    return Proposal(
        ticket=ticket.number,
        island=ticket.island,
        operator=ticket.operator,
        outcome=found.outcome if isinstance(found, Refusal) else Outcome.PROPOSED,
        parents=ticket.parents,
        inspirations=ticket.inspirations,
        program=program,
        summary=summary if program else "",
        detail=found.detail if isinstance(found, Refusal) else "",
    )
