"""The slots stay busy: one that is given back is taken again. benchmarks/overhead.py has the seconds."""

import asyncio

import pytest

from benchmarks.overhead import measure
from evo.config.run import BudgetSpec
from tests.toy import Model

SLOTS, TICKETS, SEEDS = 8, 80, 2


class UntilFull(Model):
    """Answers only while all slots are taken, so that a run in which one stays empty never ends."""

    begun = now = most = 0

    async def complete(self, request):
        self.begun, self.now = self.begun + 1, self.now + 1
        while self.now < SLOTS and self.begun < TICKETS - SEEDS:  # noqa: ASYNC110 - one of those who are let go shuts again
            await asyncio.sleep(0.001)
        self.most = max(self.most, self.now)
        answer = await super().complete(request)
        self.now -= 1
        return answer


def test_a_slot_that_is_given_back_is_taken_again(world):
    budget = BudgetSpec(tickets=TICKETS)
    here = world(model=UntilFull(), budget=budget, ordered=False, slots=SLOTS, workers=8, window=4 * SLOTS)
    search, commits = asyncio.run(asyncio.wait_for(here.go(), 300))
    assert (search.run_state, len(commits)) == ("finished", TICKETS)
    assert (here.model.begun, here.model.most) == (TICKETS - SEEDS, SLOTS)


@pytest.mark.soak
def test_the_benchmark_scaled_down():
    # The tail alone, 8 slots that run dry one after another, costs 2.5 % of 160 calls; the rest is a busy machine's.
    seen = measure(calls=160, slots=8, scale=0.2)
    assert seen["calls"] == 160
    assert seen["slots_busy"] >= 0.5
