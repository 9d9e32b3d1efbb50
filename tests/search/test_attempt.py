"""Tickets with equal programs share one evaluation, and none of them can take it away from another."""

import asyncio

from evo.propose.answer import AnswerReader
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Isolated
from evo.records import (
    Completion,
    Direction,
    Evaluation,
    EvaluationStatus,
    Outcome,
    Program,
    Prompt,
    Proposal,
    Request,
    Ticket,
)
from evo.search.attempt import Attempts
from evo.search.gates import Gates
from evo.search.issue import Assignment
from evo.search.state import State

PROGRAM = Program.of("x = 0.5\n")


class Slow:
    """An evaluator that waits until it is told to go on."""

    def __init__(self):
        self.asked, self.ended, self.going = 0, 0, asyncio.Event()

    async def evaluate(self, program, repetition=0):
        self.asked += 1
        try:
            await self.going.wait()
        finally:
            self.ended += 1
        return Evaluation(program=program.id, status=EvaluationStatus.VALID, objective=1.0, measures={"x": 0.5})


class Kept:
    def __init__(self):
        self.evaluations = []

    def add_evaluation(self, program, evaluation):
        self.evaluations.append(evaluation)


def attempts(evaluator, store, llms=(), draws=1):
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=4),))
    archipelago = Archipelago([Archive(space, Direction.MAXIMIZE)], Isolated(), 1)
    state = State(archipelago, Direction.MAXIMIZE)
    return Attempts(
        llms=dict(llms),
        evaluator=evaluator,
        store=store,
        state=state,
        gates=Gates(4, 2),
        reader=AnswerReader(editable="whole"),
        draws=draws,
    )


def assignment(number):
    """Return one whose program is there already, as a seed's is."""
    proposal = Proposal(ticket=number, island=0, operator="seed", outcome=Outcome.PROPOSED, program=PROGRAM)
    return Assignment(ticket=Ticket(number=number, after_seq=-1, island=0, operator="seed"), request=proposal)


async def settled():
    for _ in range(50):
        await asyncio.sleep(0)


def test_one_of_two_that_share_an_evaluation_is_cancelled_without_the_other():
    async def main():
        evaluator, store = Slow(), Kept()
        work = attempts(evaluator, store)
        first, second = (asyncio.create_task(work.work(assignment(number))) for number in (0, 1))
        await settled()
        assert evaluator.asked == 1
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert first.cancelled()
        evaluator.going.set()
        proposal, evaluation = await second
        assert (proposal.ticket, evaluation.objective) == (1, 1.0)
        assert len(store.evaluations) == evaluator.asked == 1
        await work.close()

    asyncio.run(asyncio.wait_for(main(), 300))


def test_closing_cancels_an_evaluation_that_nobody_waits_for_any_more():
    async def main():
        evaluator, store = Slow(), Kept()
        work = attempts(evaluator, store)
        alone = asyncio.create_task(work.work(assignment(0)))
        await settled()
        alone.cancel()
        await asyncio.gather(alone, return_exceptions=True)
        assert (evaluator.asked, evaluator.ended) == (1, 0), "it goes on for whoever may need it"
        await work.close()
        assert evaluator.ended == 1
        assert not store.evaluations

    asyncio.run(asyncio.wait_for(main(), 300))


class Lists:
    """A model that answers each call with the next of some programs."""

    def __init__(self, *texts):
        self.texts, self.requests = list(texts), []

    async def complete(self, request):
        self.requests.append(request)
        text = f"An answer.\n\n```python\n{self.texts.pop(0)}\n```\n"
        return Completion(text=text, model="lists", prompt_tokens=1, completion_tokens=1)


def drawing(texts, draws, after_seq=0):
    """Return the proposal of a ticket whose parent was committed by commit 0, and the requests that it made."""

    async def main():
        evaluator, store, model = Slow(), Kept(), Lists(*texts)
        evaluator.going.set()
        work = attempts(evaluator, store, llms={"fast": model}, draws=draws)
        seed = assignment(0)
        first, evaluation = await work.work(seed)
        work._state.settle(after_seq=-1, proposal=first, evaluation=evaluation, at=0.0)
        ticket = Ticket(number=1, after_seq=after_seq, island=0, operator="rewrite", parents=(PROGRAM.id,))
        request = Request(purpose="propose", subject="1", prompt=Prompt(system="", user=""), seed=7, llm="fast")
        proposal, _ = await work.work(Assignment(ticket=ticket, request=request, parents=(PROGRAM,)))
        await work.close()
        return proposal, model.requests

    return asyncio.run(asyncio.wait_for(main(), 300))


def test_a_ticket_that_repeats_what_it_could_know_draws_again():
    proposal, requests = drawing(["x = 0.5", "x = 0.5", "x = 0.75"], draws=4)
    assert proposal.outcome is Outcome.PROPOSED
    assert proposal.program == Program.of("x = 0.75\n")
    assert [request.attempt for request in requests] == [0, 1, 2]
    assert len({request.seed for request in requests}) == 3
    assert proposal.requests == tuple(request.hash for request in requests), "each is counted and found again"
    assert len(proposal.answers) == 3


def test_the_draws_have_an_end():
    proposal, requests = drawing(["x = 0.5"] * 9, draws=3)
    assert proposal.outcome is Outcome.DUPLICATE
    assert len(requests) == 3


def test_what_was_committed_since_a_ticket_was_issued_does_not_count():
    proposal, requests = drawing(["x = 0.5"] * 9, draws=3, after_seq=-1)
    assert proposal.outcome is Outcome.DUPLICATE
    assert len(requests) == 1, "whether it is there already depends on who was faster"
