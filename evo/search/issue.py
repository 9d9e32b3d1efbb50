"""Issuing: from the state after a commit to everything that is decided before a model is asked.

Pure and immediate. Ticket t is issued from the state after commit t - window, or after the last of the seeds where that
is later, and from nothing else, so what it asks does not depend on which other tickets happen to have finished.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from evo import rng
from evo.config.sections import PromptsSpec
from evo.propose.emitters.emitter import Choice, Scene, able, asks_model, made
from evo.propose.operator_bandits import Mix, Weighted
from evo.propose.prompt.builder import redacted
from evo.propose.prompt.context import PromptContext, Shown
from evo.propose.prompt.manner import Manners
from evo.records import Arm, Program, Prompt, Proposal, Purpose, Request, Ticket
from evo.search.adviser import advised
from evo.search.analyst import noted
from evo.search.edges import outermost
from evo.search.shared_answers import Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from evo.edits import Editable
    from evo.propose.advice import Digest
    from evo.propose.emitters.emitter import Emitter
    from evo.propose.prompt.builder import PromptBuilder
    from evo.propose.prompt.context import Step, TriedChange
    from evo.qd.economies import Economy
    from evo.qd.selectors import Selector
    from evo.records import Bars, Completion
    from evo.search.adviser import Adviser
    from evo.search.analyst import Analyst
    from evo.search.edges import Edges
    from evo.search.library import Library
    from evo.search.state import State


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
        arm: whether it is shown the insights that can be had; None where there are none to be had.
        bars: what its program's score has to reach on the way; None where nothing ends early.
        banned: texts that its program may not have, unless its first parent has them.
    """

    ticket: Ticket
    request: Request | Proposal | Question
    parents: tuple[Program, ...] = ()
    arm: Arm | None = None
    banned: tuple[str, ...] = ()
    bars: Bars | None = None


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
        ways: how each island makes programs; one, where they do not differ.
        history: whether prompts tell what was tried before.
        remembers: whether all of it counts: it is told, and steers which parents are taken.
        mix: which emitter gets a ticket.
        editable: what of a program may change.
        secrets: what no prompt may show, wherever it came from.
        shows: what prompts say of the lineage.
        rooms: role -> most tokens of a prompt.
        manners: how prompts speak.
        edges: what steps changed; None where that is not shown.
        analyst: who is asked for insights; None for nobody.
        adviser: who is asked for tactics and notes; None for nobody.
        economy: which evaluations end early; None: none.
        tactic: gets the tickets, instead of one of the emitters, while an approach is tried; None for none of its own.
    """

    seed: int
    seeds: Mapping[str, Program]
    ways: Sequence[Way]
    prompts: PromptBuilder
    library: Library
    history: bool = True
    remembers: bool = False
    mix: Mix = field(default_factory=Weighted)
    editable: Editable = "whole"
    secrets: Sequence[str] = ()
    shows: PromptsSpec = field(default_factory=PromptsSpec)
    rooms: Mapping[str, int] = field(default_factory=dict[str, int])
    manners: Manners = field(default_factory=Manners)
    edges: Edges | None = None
    analyst: Analyst | None = None
    adviser: Adviser | None = None
    tactic: Emitter | None = None
    economy: Economy | None = None

    def issue(self, number: int, state: State) -> Assignment:
        """Issue ticket `number` from `state`, which is the state after the ticket's `after_seq`."""
        assignment = self._issued(number, state)
        if self.economy is None:
            return assignment
        parents = assignment.ticket.parents
        return replace(assignment, bars=self.economy.bars(state.curves, parents) if parents else ())

    def _issued(self, number: int, state: State) -> Assignment:
        if number < len(self.seeds):
            name, program = list(self.seeds.items())[number]
            ticket = Ticket(number=number, after_seq=state.seq, island=None, operator="seed")
            return Assignment(ticket=ticket, request=made(ticket, program, name))
        if sown := state.steering.sown(state.seq):
            ticket = Ticket(number=number, after_seq=state.seq, island=None, operator="seed")
            return Assignment(ticket=ticket, request=made(ticket, *sown))
        random = rng.stream(self.seed, "select", number)
        island = state.archipelago.island_for(number)
        way = self.ways[(island or 0) % len(self.ways)]
        scene = self._scene(state, island or 0, way)
        trying = state.guidance.trying(state.seq) if self.tactic else None
        emitter = self.tactic if trying else None
        emitter = emitter or self.mix.pick(able(state.steering.weighed(way.emitters), scene), state.arms, random)
        choice = self._pinned(self._seeded(emitter.choose(scene, random), random), number, state)
        ticket = Ticket(
            number=number,
            after_seq=state.seq,
            island=island,
            operator=emitter.operator,
            parents=choice.parents,
            inspirations=choice.inspirations,
        )
        parents = tuple(self.library.get(parent)[0] for parent in choice.parents)
        if not asks_model(emitter):
            return self._made(emitter, scene, ticket, parents)
        context = self._context(choice, state)
        context = replace(context, notes=(*context.notes, *state.steering.notes(self.seed, number)))
        llm = state.steering.roles.get(emitter.llm, emitter.llm)
        analyses = self._analyses(context, state)
        arm = self.analyst.arm(number) if self.analyst and analyses else None
        advice = self._advice(trying, state)
        request = self._asked(ticket, llm, context, advice, analyses if arm is Arm.SHOWN else {})
        return Assignment(ticket=ticket, request=request, parents=parents, arm=arm, banned=state.steering.banned)

    def _asked(
        self,
        ticket: Ticket,
        llm: str,
        context: PromptContext,
        advice: Sequence[tuple[Digest, Request]],
        analyses: Mapping[str, Request],
    ) -> Request | Proposal | Question:
        if not advice and not analyses:
            return self._request(ticket, llm, context)

        def ask(answers: Sequence[Completion]) -> Request | Proposal:
            told = context
            for (digest, _), answer in zip(advice, answers[: len(advice)], strict=True):
                told = advised(told, digest, answer.text, ticket.number)
            said = dict(zip(analyses, answers[len(advice) :], strict=True))
            return self._request(ticket, llm, noted(told, said))

        return Question(first=(*(request for _, request in advice), *analyses.values()), ask=ask)

    def _advice(self, trying: Digest | None, state: State) -> list[tuple[Digest, Request]]:
        """Return what advice is asked for: the note in force, where prompts tell of the past, and the tactics."""
        if self.adviser is None:
            return []
        digests = [each for each in (state.guidance.note if self.history else None, trying) if each]
        asked = [(each, self.adviser.request(each, self._shown(each.best, state))) for each in digests]
        return [(digest, request) for digest, request in asked if request]

    def _analyses(self, context: PromptContext, state: State) -> dict[str, Request]:
        """Return what an analyst would be asked about the parents: of those that some archive keeps, and no other."""
        if self.analyst is None:
            return {}
        kept = [shown for shown in context.parents if state.held(shown.program.id)]
        asked = {each.program.id: self.analyst.request(each, state.known[each.program.id].step) for each in kept}
        return {program: request for program, request in asked.items() if request}

    def _request(self, ticket: Ticket, llm: str, context: PromptContext) -> Request | Proposal:
        manner = self.manners.of(ticket.number, llm)
        prompt = self.prompts.fitted(ticket, context, self.rooms.get(llm), manner)
        if not isinstance(prompt, Prompt):
            return replace(made(ticket, prompt), llm=llm)
        if manner.images:
            prompt = replace(prompt, pictures=context.pictures)
        return Request(
            purpose=Purpose.PROPOSE,
            subject=str(ticket.number),
            prompt=redacted(prompt, self.secrets),
            seed=rng.derive(self.seed, Purpose.PROPOSE, ticket.number),
            llm=llm,
        )

    def _scene(self, state: State, island: int, way: Way) -> Scene:
        pool = state.pools.pool(island)
        archives = state.archipelago.archives if self.history else (pool,)
        return Scene(
            archive=pool,
            selector=way.selector,
            broken=state.broken(island),
            archives=archives,
            island=min(island, len(archives) - 1),
            editable=self.editable,
            language=self._language(),
            size=max((sum(map(len, seed.files.values())) for seed in self.seeds.values()), default=0),
            past=state if self.remembers else None,
        )

    def _language(self) -> str:
        """Return that of the seeds; runs that do not heed what was tried are older than the question."""
        return next((seed.language for seed in self.seeds.values()), "") if self.remembers else ""

    def _made(self, emitter: Emitter, scene: Scene, ticket: Ticket, parents: tuple[Program, ...]) -> Assignment:
        """Let an emitter make its proposal; who descends from whom is the proposal's to say."""
        random = rng.stream(self.seed, ticket.operator, ticket.number)
        proposal = emitter.make(scene, ticket, parents, random)
        ticket = replace(ticket, parents=proposal.parents, inspirations=proposal.inspirations)
        return Assignment(
            ticket=ticket, request=proposal, parents=tuple(each for each in parents if each.id in proposal.parents)
        )

    def _seeded(self, choice: Choice, random: Random) -> Choice:
        if choice.parents:
            return choice
        # Nothing is placed yet, or a seed is wanted: the seeds are known as texts, scored or not.
        drawn = random.sample([seed.id for seed in self.seeds.values()], min(2, len(self.seeds)))
        return Choice(parents=tuple(drawn[:1]), inspirations=() if choice.fresh else tuple(drawn[1:]))

    def _pinned(self, choice: Choice, number: int, state: State) -> Choice:
        """Return a choice that starts from the program that a person has pinned, if the ticket heeds that."""
        pinned = state.steering.pinned(self.seed, number)
        if not pinned or pinned not in state.known:
            return choice
        others = [each for each in choice.parents[1:] if each != pinned]
        inspirations = [each for each in choice.inspirations if each != pinned]
        return replace(choice, parents=(pinned, *others), inspirations=tuple(inspirations))

    def _context(self, choice: Choice, state: State) -> PromptContext:
        first = choice.parents[0]
        parents = tuple(self._shown(parent, state) for parent in choice.parents)
        inspirations = tuple(self._shown(program, state) for program in choice.inspirations)
        best = state.best.program if state.best and self.history else first
        # A program is drawn when it has a score, so most have one by now; that of a failed one shows nothing.
        scored = [each for each in dict.fromkeys((first, best)) if state.objective(each) is not None]
        if not self.history:
            return PromptContext(parents=parents, inspirations=inspirations, pictures=tuple(scored))
        attempts = outermost(state.memory.attempts(first), self.shows.children)
        return PromptContext(
            parents=parents,
            inspirations=inspirations,
            ancestors=self._told(state.ancestors(first, self.shows.ancestors)),
            attempts=self._told(attempts),
            tried=_others(state.memory.tried(first), attempts, self.shows.tried) if self.remembers else (),
            best=state.best.objective if state.best else None,
            pictures=tuple(scored),
        )

    def _told(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return self.edges.between(steps) if self.edges else steps

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


def _others(tried: Sequence[TriedChange], told: Sequence[Step], most: int) -> tuple[TriedChange, ...]:
    """Return the newest of what was tried, at most so many, without the attempts that are told in full."""
    said = {step.summary for step in told}
    others = [each for each in tried if each.summary not in said]
    return tuple(others[max(0, len(others) - most) :])
