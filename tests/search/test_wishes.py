"""Steering on the real loop in memory: in force from the next commit on, and the same whenever it is made again."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evo.config.sections import BudgetSpec
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.records import Event, EventKind, Outcome
from evo.search.wishes import Steering
from evo.testing.model import ScriptedModel
from evo.testing.small_search import SmallSearch
from evo.wheel.helm import Helm

SOWN = "x = 0.29\n"
WISHES = [
    {"do": "hint", "words": "go left", "share": 0.5},
    {"do": "ban", "words": "nines", "text": "9"},
    {"do": "seed", "files": {"program.py": SOWN}},
    {"do": "weight", "operator": "crossover", "weight": 9},
    {"do": "budget", "limit": "tickets", "to": 21},
]


def small(**given):
    return SmallSearch(**{"tickets": 18, "model": ScriptedModel(), **given})


async def steered(search, wishes, *, stop_at=None):
    """Live through a search, asking for each wish after the commit that is its key."""
    waiting = dict(wishes)
    asked = []
    async with search:
        helm = Helm(search)
        async for commit in search:
            for at in [each for each in waiting if each <= commit.seq]:
                asked += [asyncio.create_task(helm.steer(wish)) for wish in waiting.pop(at)]
            if stop_at is not None and commit.seq >= stop_at:
                break
    # What could not be entered any more has been refused by now.
    await asyncio.gather(*asked, return_exceptions=True)
    return search


def run(small, wishes, store=None, **given):
    return asyncio.run(steered(small.search(store or small.store()), wishes, **given))


def again(small, store):
    """Fold a log anew, and make its tickets again."""

    async def whole():
        async with small.search(store) as search:
            return search.state.hash

    return asyncio.run(whole())


def test_a_hint_is_shown_from_the_next_commit_on_to_its_share():
    given = small(tickets=30)
    store = given.store()
    search = run(given, {4: [WISHES[0]]}, store)
    asked = {int(each.subject): "go left" in each.prompt.user for each in search_requests(given)}
    event = store.events()[0]
    after = {each.ticket: each.after_seq for each in store.commits()}
    assert not any(told for ticket, told in asked.items() if after[ticket] <= event.after_seq)
    told = [told for ticket, told in asked.items() if after[ticket] > event.after_seq]
    assert 0.2 < sum(told) / len(told) < 0.8
    assert search.state.steering.hints[0].words == "go left"


def search_requests(given):
    return [each for each in given.model.requests if each.purpose == "propose"]


def test_a_seed_is_the_next_ticket_and_no_child():
    given = small()
    store = given.store()
    run(given, {4: [WISHES[2]]}, store)
    sown = [each for each in store.commits() if each.proposal.program and each.proposal.program.text == SOWN]
    assert sown[0].proposal.operator == "seed"
    assert sown[0].proposal.parents == ()
    assert sown[0].after_seq == store.events()[0].after_seq + 1


def test_a_pinned_program_is_the_parent():
    given = small(emitters=(Diff(),), tickets=30)
    store = given.store()

    async def whole():
        async with given.search(store) as search:
            async for commit in search:
                if commit.seq == 5:
                    pin = {"do": "pin", "words": commit.proposal.parents[0], "share": 1}
                    task = asyncio.create_task(Helm(search).steer(pin))
            return await task

    event = asyncio.run(whole())
    later = [each for each in store.commits() if each.after_seq > event["after_seq"]]
    assert len(later) > 5
    assert {each.proposal.parents[0] for each in later} == {event["data"]["words"]}


def test_a_weight_moves_tickets():
    given = small(emitters=(Diff(), Crossover(weight=0.001)), tickets=40)
    store = given.store()
    run(
        given,
        {3: [{"do": "weight", "operator": "diff", "weight": 0}, {"do": "ban", "words": "all", "text": "x ="}]},
        store,
    )
    last = store.events()[-1].after_seq
    later = [each.proposal for each in store.commits() if each.after_seq > last]
    assert {each.operator for each in later} == {"crossover"}


def test_a_banned_text_is_refused():
    given = small(model=ScriptedModel(("```\nx = 0.5\ny = 1\n```\n",)), tickets=14)
    store = given.store()
    run(given, {3: [{"do": "ban", "words": "y", "text": "y ="}]}, store)
    last = store.events()[-1].after_seq
    later = [each.proposal for each in store.commits() if each.after_seq > last]
    assert Outcome.FORBIDDEN_EDIT in {each.outcome for each in later}
    assert "ruled out" in next(each.detail for each in later if each.outcome is Outcome.FORBIDDEN_EDIT)


def budget(limit, to):
    return {"do": "budget", "limit": limit, "to": to}


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("at", [3, 9, 12])
def test_a_run_goes_on_to_the_budget_that_was_asked_for(ordered, at):
    given = small(ordered=ordered)
    store = given.store()
    search = run(given, {at: [budget("tickets", 26)]}, store)
    assert (search.state.seq + 1, search.stop_reason, search.budget.tickets) == (26, "tickets", 26)
    assert sorted(each.ticket for each in store.commits()) == list(range(26))
    assert again(given, store) == search.state.hash


def test_a_run_ends_at_the_budget_that_was_asked_for():
    given = small()
    store = given.store()
    search = run(given, {2: [budget("tickets", 10), budget("patience", 1000)]}, store)
    assert (search.state.seq + 1, search.stop_reason) == (10, "tickets")
    best = run(small(), {}).state.best.objective
    search = run(small(tickets=500), {2: [budget("target", best)]})
    assert search.stop_reason == "target"


def test_a_log_that_was_cut_short_goes_on_as_the_whole_one():
    given = small()
    whole = given.store()
    run(given, {9: [budget("tickets", 30)]}, whole)
    store = given.store()
    run(given, {9: [budget("tickets", 30)]}, store, stop_at=19)
    search = run(given, {}, store)
    assert search.state.seq + 1 == 30
    assert search.budget.tickets == 30


def test_what_a_resume_is_told_later_counts():
    steering = Steering().steered(event(0, EventKind.STEER, budget("tickets", 30)))
    steering = steering.steered(event(1, EventKind.STEER, budget("patience", 9)))
    assert steering.bounded(BudgetSpec(tickets=5)) == BudgetSpec(tickets=30, patience=9)
    later = steering.amended(event(2, EventKind.AMENDMENT, {"set": ["budget.tickets=40", "llms.fast.model=m"]}))
    assert later.bounded(BudgetSpec(tickets=40)) == BudgetSpec(tickets=40, patience=9)
    assert later.amended(event(3, EventKind.AMENDMENT, {"abandon": [3]})) == later


def event(number, kind, data):
    return Event(number=number, kind=kind, author="ann", after_seq=number, data=data)


def test_a_pause_ends_the_session_and_changes_nothing():
    given = small()
    store = given.store()
    search = run(given, {5: [{"do": "pause"}]}, store)
    assert search.run_state == "paused"
    assert "evo resume" in search.stop_reason
    assert [each.kind for each in store.events()] == [EventKind.NOTE]
    assert run(given, {}, store).state.hash == run(small(), {}).state.hash


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    at=st.lists(st.integers(0, 12), min_size=5, max_size=5),
    kills=st.lists(st.integers(0, 14), max_size=2).map(sorted),
    ordered=st.booleans(),
)
def test_a_steered_log_folds_the_same_whenever_it_breaks_off(at, kills, ordered):
    given, wishes = small(ordered=ordered), {}
    for number, wish in zip(at, WISHES, strict=True):
        wishes.setdefault(number, []).append(wish)
    store = given.store()
    for kill in kills:
        run(given, {n: w for n, w in wishes.items() if n <= kill}, store, stop_at=kill)
    end = run(given, {}, store)
    assert end.stop_reason == "tickets"
    assert again(given, store) == end.state.hash
