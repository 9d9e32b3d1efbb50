"""One ticket's way: ask, read, evaluate. Only the model and the evaluator are awaited."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

from evo.crashpoints import CrashPoint, reached
from evo.execute.listener import listening
from evo.llm.budget import Ledger
from evo.llm.waits import Waits
from evo.propose.second_turn import MENDABLE, follow_up
from evo.propose.told import told_evaluation
from evo.records import FOLLOW_UP, Outcome, Proposal, Request
from evo.rng import derive
from evo.search.judgements import Judgements, ordered
from evo.search.shared_answers import Shared, cancelled, resting, seen
from evo.search.under_way import Doing, UnderWay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.llm.model import LLMClient
    from evo.llm.prices import Spend
    from evo.records import Bars, Commit, Completion, Evaluation, Program, Ticket
    from evo.search.gates import Gates
    from evo.search.issue import Assignment
    from evo.search.judgements import Judgement
    from evo.search.scout import Scout
    from evo.search.second_turns import Follows
    from evo.search.state import State


_Key: TypeAlias = "tuple[str, int, Bars | None]"  # of an evaluation: program, repetition, bars
_GIVEN_UP = "given up by a person: this machine failed at its program again and again"


class Evaluates(Protocol):
    """Scores programs; `evaluate.evaluator.Evaluator` in a run."""

    async def evaluate(self, program: Program, repetition: int = 0, *, bars: Bars | None = None) -> Evaluation:
        """Return the program's evaluation; with a repetition over 0, one on fresh seeds; with bars it may end early.

        Raises:
            InfraError: this machine failed, twice.
        """
        ...


class Reads(Protocol):
    """Reads answers; `propose.answer.AnswerReader` in a run."""

    def read(self, ticket: Ticket, request: Request, completion: Completion, parents: Sequence[Program]) -> Proposal:
        """Turn the answer to a ticket's request into its Proposal."""
        ...


class Keeps(Protocol):
    """Where evaluations go before a commit uses them: the store of a run."""

    def add_evaluation(self, program: Program, evaluation: Evaluation) -> object:
        """Queue an evaluation for keeping."""
        ...


class DrawsPictures(Protocol):
    """DrawsPictures programs for models that see; `assemble.pictures.Artist` in a run."""

    def lacks(self, program_id: str) -> bool:
        """Tell whether a program has no picture yet, and may get one."""
        ...

    async def draw(self, program_id: str) -> None:
        """Draw a program, where that can be done; whatever fails is told to somebody else."""
        ...


class Attempts:
    """Works on assignments, many at a time.

    Equal programs in flight share one evaluation, from the first that needs it to the commit that uses it.

    Attributes:
        asked: tickets whose model has been asked, until they are committed.
        abandoned: tickets whose program is not to be evaluated, since this machine failed at it again and again.
        spare: evaluations by program that an earlier session made and no commit has used yet.
        waits: what waits for a model instead of being answered.
        judgements: those that run now.

    Args:
        seed: of the run.
        draws: how often a ticket may ask, at most, while the answer is a program that was there before.
        patient: roles whose answers come when they come, from people, agents and programs at work; a ticket that waits
            for one holds no slot, and asks once.
    """

    def __init__(
        self,
        *,
        llms: Mapping[str, LLMClient],
        evaluator: Evaluates,
        store: Keeps,
        state: State,
        gates: Gates,
        reader: Reads,
        follows: Follows | None = None,
        ledger: Ledger | None = None,
        waits: Waits | None = None,
        scout: Scout | None = None,
        seed: int = 0,
        draws: int = 1,
        abandoned: frozenset[int] = frozenset(),
        artist: DrawsPictures | None = None,
        patient: frozenset[str] = frozenset(),
    ) -> None:
        self._llms, self._evaluator, self._store, self._state = llms, evaluator, store, state
        self._gates = gates
        self._reader, self._follows = reader, follows
        self._ledger = ledger or Ledger()
        self.waits = waits or Waits()
        self._closing = False
        self._shared = Shared(llms, self._ledger)
        self._scout, self.artist = scout, artist
        self._seed, self._draws, self._patient = seed, draws, patient
        self._running: dict[_Key, asyncio.Task[Evaluation]] = {}
        self._keys: dict[int, _Key] = {}  # which of these a ticket waits for
        self.judgements = Judgements(state.curves)
        self.asked: set[int] = set()
        self._judged: dict[int, str] = {}  # tickets whose program is looked at, by its id
        self._ideas: dict[int, str] = {}  # what these programs are about
        self.abandoned = abandoned
        self.spare: dict[str, Evaluation] = {}

    async def work(self, assignment: Assignment) -> tuple[Proposal, Evaluation | None]:
        """Bring a ticket to the gate.

        Raises:
            InfraError: this machine failed; the run pauses.
            LLMError: no model can be asked any more; the run pauses.
            BudgetSpent: the ticket could pass a budget, so no model was asked.
        """
        proposal = await self._propose(assignment)
        program = proposal.program
        if program is None:
            return proposal, None
        if proposal.ticket in self.abandoned:
            return replace(proposal, outcome=Outcome.ABANDONED, program=None, detail=_GIVEN_UP), None
        self._judged[proposal.ticket] = program.id
        self._ideas[proposal.ticket] = proposal.summary
        if self._scout and not proposal.repetition:
            proposal = await self._scout.look(proposal, assignment.parents, self._state, self._gates)
        # Whatever is committed by now is committed before this ticket, so the gate would say the same.
        if repeats := self._state.repeats(proposal):
            return replace(proposal, outcome=Outcome.DUPLICATE, repeats=repeats), None
        if proposal.told:
            return proposal, told_evaluation(program, proposal.told)
        # A test of what was scored before is finished: it is the score that is in doubt.
        bars = None if proposal.repetition else assignment.bars
        return proposal, await self._evaluated(proposal, program, (program.id, proposal.repetition, bars))

    async def _propose(self, assignment: Assignment) -> Proposal:
        ticket, request = assignment.ticket, assignment.request
        if isinstance(request, Proposal):
            return request
        self._ledger.expect(ticket.number)
        try:
            async with self._gates.slot():
                self.asked.add(ticket.number)
                request, upon = await self._shared.settled(ticket.number, request)
                if self._closing and not isinstance(request, Proposal):
                    await self._given_up(ticket.number)
                waits = isinstance(request, Request) and request.llm in self._patient
                proposal = request if isinstance(request, Proposal) or waits else await self._asked(assignment, request)
            if not isinstance(proposal, Proposal):
                proposal = await self._asked(assignment, proposal)
        finally:
            await self._ledger.done(ticket.number)
        return resting(proposal, upon, assignment.arm)

    def ask_no_more(self) -> None:
        """Send nothing from now on but what is being asked already."""
        self._closing = True
        self._shared.ask_no_more()

    def unsent(self, ticket: int) -> bool:
        """Tell whether nothing of a ticket's own is on its way to a model, or has been answered."""
        return ticket not in self.asked or self.waits.is_idle(ticket)

    def stuck(self, ticket: int) -> bool:
        """Tell whether a ticket waits for what others are asked, an analyst or a judge, and that is not on its way.

        Nothing that was paid for is lost with it: answers are stored, and a resume issues the ticket again, equal.
        """
        if awaited := self._shared.rests_upon(ticket):
            request, asked = awaited
            return not asked or self.waits.holds(request.purpose, request.subject)
        return ticket in self._judged and self.waits.holds_about(self._judged[ticket])

    @property
    def spent(self) -> Spend:
        """What the run has spent, earlier sessions included."""
        return self._ledger.spent

    def under_way(self, assignment: Assignment, *, done: bool) -> UnderWay:
        """Return how far a ticket is; `done` once nothing is left to do but to commit it."""
        ticket, request = assignment.ticket, assignment.request
        doing = Doing.DONE if done else Doing.WAITING
        if not done and ticket.number in self._judged:
            doing = Doing.JUDGED
        elif not done and ticket.number in self.asked and not self.waits_for_somebody(ticket.number):
            doing = Doing.ASKED
        judgement = self.judgements.find(self._keys.get(ticket.number)) if doing is Doing.JUDGED else None
        silent = self.judgements.silence(judgement) if judgement else 0.0
        return UnderWay(
            ticket=ticket.number,
            island=ticket.island,
            operator=ticket.operator,
            doing=doing,
            llm=request.llm if isinstance(request, Request) else "",
            idea=self._ideas.get(ticket.number, ""),
            course=(judgement.fraction, judgement.score) if judgement and judgement.fraction is not None else None,
            silent=silent if judgement and silent > judgement.stuck_after else None,
        )

    def waits_for_somebody(self, ticket: int) -> bool:
        """Tell whether all that can be done on a ticket now is to wait for an answer."""
        return self.waits.is_idle(ticket) or self.stuck(ticket)

    async def _given_up(self, ticket: int) -> None:
        """Wait to be taken back: what comes first was answered, and nothing more may be asked."""
        self.asked.discard(ticket)
        self.waits.stir()
        await asyncio.Event().wait()

    async def _asked(self, assignment: Assignment, request: Request) -> Proposal:
        """Ask until the answer is a program that was not there when the ticket was issued, or the draws are used up.

        What is committed by now depends on who was faster, so only what the ticket could know of counts: the same
        answers give the same draws whatever the slots, and a replay asks as the run did.
        """
        for program_id in request.prompt.pictures:
            if self.artist and self.artist.lacks(program_id):
                async with self._gates.worker():
                    await self.artist.draw(program_id)
        try:
            proposal = await self._drawn(assignment, request)
            requests, answers = [*proposal.requests], [*proposal.answers]
            for draw in range(1, 1 if request.llm in self._patient else self._draws):
                if not self._was_there(proposal, assignment.ticket.after_seq):
                    break
                seed = derive(self._seed, request.purpose, assignment.ticket.number, draw)
                again = replace(request, attempt=draw, seed=seed)
                if self._follows is not None and not self._follows.may_draw(again):
                    break
                proposal = await self._drawn(assignment, again)
                requests += proposal.requests
                answers += proposal.answers
        finally:
            await self._ledger.forgo(request, *range(1, self._draws))
        reached(CrashPoint.PROPOSAL_MADE)
        return replace(proposal, requests=tuple(requests), answers=tuple(answers))

    async def _drawn(self, assignment: Assignment, request: Request) -> Proposal:
        """Ask, and once more in the same conversation if the answer cannot be used and a follow-up may be made."""
        try:
            completion = await self._llms[request.llm].complete(request)
            proposal = self._read(assignment, request, completion)
            if proposal.outcome not in MENDABLE or self._follows is None:
                return proposal
            further = follow_up(request, completion, proposal)
            return await self._mended(assignment, further, proposal) if self._follows.may(further) else proposal
        finally:
            await self._ledger.forgo(request, request.attempt + FOLLOW_UP)

    def _read(self, assignment: Assignment, request: Request, completion: Completion) -> Proposal:
        """Read an answer; a program with a text that a person has ruled out is none."""
        proposal = self._reader.read(assignment.ticket, request, completion, assignment.parents)
        program, before = proposal.program, assignment.parents[0].text if assignment.parents else ""
        for text in assignment.banned if program else ():
            if program and text in program.text and text not in before:
                detail = f"a person has ruled out {text!r}, and the answer brings it in"
                return replace(proposal, outcome=Outcome.FORBIDDEN_EDIT, program=None, told=None, detail=detail)
        return proposal

    def _was_there(self, proposal: Proposal, seq: int) -> bool:
        """Tell whether a proposal's program was committed by a commit."""
        known = self._state.known.get(proposal.program.id) if proposal.program else None
        return known is not None and known.seq <= seq

    async def _mended(self, assignment: Assignment, request: Request, before: Proposal) -> Proposal:
        """Return what came of the second answer, which counts in place of the first, with both on record."""
        completion = await self._llms[request.llm].complete(request)
        proposal = self._read(assignment, request, completion)
        return replace(
            proposal,
            requests=(*before.requests, *proposal.requests),
            answers=(*before.answers, *proposal.answers),
            summary=proposal.summary or before.summary,
        )

    async def _evaluated(self, proposal: Proposal, program: Program, key: _Key) -> Evaluation:
        self._keys[proposal.ticket] = key
        task = self._running.get(key)
        if task is None:
            judgement = ordered(proposal, program.id, key[-1])
            with listening(partial(self.judgements.hear, judgement)):
                task = asyncio.create_task(self._made(judgement, program, key))
            self._running[key] = task
            task.add_done_callback(seen)
        # Shielded: of two tickets that share an evaluation, one may be cancelled without the other.
        return await asyncio.shield(task)

    async def _made(self, judgement: Judgement, program: Program, key: _Key) -> Evaluation:
        _, repetition, bars = key
        if program.id in self.spare and not repetition and bars is None:
            return self.spare.pop(program.id)
        async with self._gates.worker():
            with self.judgements.running(key, judgement):
                if repetition:
                    # Not kept before its commit: after a crash it is made again, on the same seeds.
                    return await self._evaluator.evaluate(program, repetition)
                if bars is not None:
                    # Nor this: it is that of the bars of one ticket, and another one may have others.
                    return await self._evaluator.evaluate(program, bars=bars)
                evaluation = await self._evaluator.evaluate(program)
        reached(CrashPoint.EVALUATION_DONE)
        self._store.add_evaluation(program, evaluation)
        return evaluation

    def forget(self, commit: Commit) -> None:
        """Let go of what was kept for a ticket until its commit."""
        self.asked.discard(commit.ticket)
        self._judged.pop(commit.ticket, None)
        self._ideas.pop(commit.ticket, None)
        if key := self._keys.pop(commit.ticket, None):
            self._running.pop(key, None)

    async def close(self) -> None:
        """Cancel everything shared in flight and wait until it is gone, an evaluation with its process."""
        await self._shared.close()
        await cancelled(self._running.values())
