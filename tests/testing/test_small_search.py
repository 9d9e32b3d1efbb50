"""A whole search in memory: the real loop, and as quick as a unit test."""

import asyncio
import time

import pytest

from evo.errors import EvoError
from evo.judging import Invalid
from evo.propose.emitters.retest import Retest
from evo.propose.emitters.tune import Tune
from evo.qd.replacements import BeyondNoise
from evo.qd.strategies import BestOfN, HillClimb
from evo.records import Completion, EvaluationStatus, EventKind, Finish, Outcome
from evo.testing import MemoryStore, ScriptedModel, SmallSearch, UnsafeEvaluator, search


def hashes(commits):
    return [commit.hash for commit in commits]


def test_it_searches_and_says_what_came_of_it():
    end = search(60)
    assert [commit.ticket for commit in end] == list(range(60))
    assert end.search.run_state == "finished"
    assert end.search.stop_reason == "tickets"
    assert end.search.state.best.objective > -0.05
    assert len(end.model.requests) == 58


def test_equal_searches_have_equal_logs_and_another_seed_another():
    assert search(40).log_hash == search(40).log_hash
    assert search(40, seed=1).log_hash != search(40).log_hash


def test_it_is_quick():
    began = time.process_time()
    search(50)
    # About 50 ms on an idle machine; the bound is for one that is not.
    assert time.process_time() - began < 5


def test_it_goes_on_where_its_log_ends():
    whole = search(40)
    small = SmallSearch(tickets=15)
    first = small.run()
    then = SmallSearch(tickets=40, model=small.model).run(first.store)
    assert hashes([*first, *then]) == hashes(whole)


def test_a_search_can_be_left_and_taken_up():
    small = SmallSearch(tickets=40)
    store = small.store()

    async def some():
        async with small.search(store) as living:
            async for commit in living:
                if commit.seq == 9:
                    break

    asyncio.run(some())
    assert store.header().state == "interrupted"
    assert small.run(store).log_hash == search(40).log_hash


@pytest.mark.parametrize(
    "given",
    [
        {"strategy": BestOfN()},
        {"strategy": HillClimb(restart_after=5)},
        {"emitters": (Tune(), Retest(weight=0.5)), "replacement": BeyondNoise()},
        {"ordered": False, "window": 8},
    ],
    ids=str,
)
def test_parts_of_every_kind_can_be_given(given):
    end = search(30, **given)
    assert len(end.commits) == 30
    assert end.search.state.best is not None


def test_scripted_answers_and_their_trouble():
    trouble = Completion(text="", finish=Finish.ERROR, detail="429 rate limit")
    end = search(12, model=ScriptedModel(("```python\nx = 0.31\n```\n", trouble)))
    told = [commit.proposal for commit in end][2:]
    assert {proposal.outcome for proposal in told} == {Outcome.PROPOSED, Outcome.DUPLICATE, Outcome.LLM_ERROR}
    assert {proposal.detail for proposal in told if proposal.outcome is Outcome.LLM_ERROR} == {"429 rate limit"}


def test_a_program_may_be_refused():
    def score(program):
        if "0.8" in program.text:
            raise Invalid("not this one")
        return 1.0, {"x": 0.5, "y": 0.5}

    first, second, *_ = search(4, evaluator=UnsafeEvaluator(score=score))
    assert (first.evaluation.status, first.evaluation.feedback) == (EvaluationStatus.INVALID, "not this one")
    assert second.evaluation.objective == 1.0


def test_the_store_keeps_events_in_the_chain():
    store = SmallSearch(tickets=5).run().store

    async def enter():
        note = await store.add_event(EventKind.NOTE, author="person", data={"text": "look"})
        mark = await store.add_event(EventKind.MARK, author="person", data={"text": "here"})
        return note, mark

    note, mark = asyncio.run(enter())
    assert (note.number, note.after_seq, mark.number) == (0, 4, 1)
    end = SmallSearch(tickets=9).run(store)
    assert len(list(store.log())) == 11
    assert end.log_hash != search(9).log_hash


def test_the_store_refuses_a_gap():
    commits = list(search(5))
    with pytest.raises(EvoError, match="expected commit 0"):
        asyncio.run(MemoryStore().append(commits[2:], issued=5, seconds=0.0))
