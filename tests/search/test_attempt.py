"""Tickets with equal programs share one evaluation, and none of them can take it away from another."""

import asyncio

from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Isolated
from evo.records import Direction, Evaluation, EvaluationStatus, Outcome, Program, Proposal, Ticket
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


def attempts(evaluator, store):
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=4),))
    archipelago = Archipelago([Archive(space, Direction.MAXIMIZE)], Isolated(), 1)
    state = State(archipelago, Direction.MAXIMIZE)
    return Attempts(llms={}, evaluator=evaluator, store=store, state=state, gates=Gates(4, 2), editable="whole")


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
