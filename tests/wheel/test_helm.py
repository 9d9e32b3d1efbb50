"""Asking and telling on the real loop in memory: mixed with its own emitters, under both schedules, and killed."""

import asyncio
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evo.errors import ConflictError, NotFoundError, UsageError
from evo.llm.outside import Outside
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.outside import ByOutside
from evo.records import Outcome, is_told
from evo.testing.small_search import SmallSearch
from evo.wheel.helm import Helm

EMITTERS = (Diff(weight=1.0), ByOutside(weight=1.0))


def mixed(**given):
    return SmallSearch(**{"tickets": 16, "emitters": EMITTERS, "models": {"outside": Outside()}, **given})


def program(ticket):
    """What the outside tells for a ticket: a function of the ticket, so that runs can be compared."""
    return f"x = {random.Random(int(ticket)).random():.6f}\n"


async def tell_all(search, *, slow=0, drop=()):
    """Tell every ticket that comes, for ever; those of `drop` are given back."""
    helm = Helm(search)
    while True:
        for ticket in await helm.ask(3, wait=60):
            for _ in range(slow):
                await asyncio.sleep(0)
            name = ticket["ticket"]
            said = {"failed": "no idea"} if int(name) in drop else {"program": program(name), "why": f"told {name}"}
            await helm.tell({"ticket": name, **said}, wait=0)


async def live(search, stop_at=None, **given):
    async with search:
        telling = asyncio.create_task(tell_all(search, **given))
        try:
            async for commit in search:
                if stop_at is not None and commit.seq >= stop_at:
                    break
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
    return search


def end(small, store=None, **given):
    """Run to the end, whatever it takes, and return the search."""
    return asyncio.run(live(small.search(store or small.store()), **given))


def test_told_programs_are_commits_like_any_other():
    search = end(mixed())
    assert search.stop_reason == "tickets"
    told = [each for each in search._store.commits() if each.proposal.operator == "outside"]
    assert len(told) > 3
    assert all(each.proposal.llm == "outside" and each.proposal.requests for each in told)
    assert {each.proposal.summary for each in told} == {f"told {each.ticket}" for each in told}
    assert not any(is_told(each.evaluation) for each in told if each.evaluation)


@pytest.mark.parametrize("ordered", [True, False])
def test_the_same_answers_are_the_same_log_without_anybody(ordered):
    small = mixed(ordered=ordered)
    store = small.store()
    end(small, store)
    again = small.store()
    again.answers = dict(store.answers)
    search = end(small, again)
    if ordered:
        assert search.state.hash == [*store.commits()][-1].hash
    assert search.desk.waiting == []


def test_an_ordered_log_does_not_depend_on_how_fast_the_outside_is():
    assert end(mixed()).state.hash == end(mixed(), slow=7).state.hash == end(mixed(slots=1, workers=1)).state.hash


def test_what_is_given_back_ends_abandoned():
    search = end(mixed(), drop=range(100))
    told = [each.proposal for each in search._store.commits() if each.proposal.operator == "outside"]
    assert {each.outcome for each in told} == {Outcome.ABANDONED}
    assert told[0].detail == "given back: no idea"


def test_what_nobody_tells_lapses_and_the_run_goes_on():
    small = mixed(models={"outside": Outside(lease=0.001)})

    async def alone():
        async with small.search(small.store()) as search:
            async for _ in search:
                pass
        return search

    search = asyncio.run(alone())
    assert search.stop_reason == "tickets"
    assert search.state.outcomes[Outcome.ABANDONED] > 3


def test_a_told_score_counts_and_is_marked():
    small = mixed(models={"outside": Outside(trust="told")})
    store = small.store()

    async def whole():
        async with small.search(store) as search:
            helm = Helm(search)

            async def tell():
                while True:
                    for ticket in await helm.ask(1, wait=60):
                        score = {"objective": 7.0, "measures": {"x": 0.5, "y": 0.5}}
                        name = ticket["ticket"]
                        said = await helm.tell({"ticket": name, "program": program(name), "score": score})
                        assert said["told"]

            telling = asyncio.create_task(tell())
            async for _ in search:
                pass
            telling.cancel()
        return search

    search = asyncio.run(whole())
    marked = [each for each in store.commits() if each.evaluation and is_told(each.evaluation)]
    assert marked
    assert all(each.proposal.operator == "outside" for each in marked)
    assert search.state.best.objective == 7.0


def in_a_run(then, **given):
    async def whole():
        small = mixed(emitters=(ByOutside(),), **given)
        async with small.search(small.store()) as search:
            going = asyncio.create_task(consume(search))
            try:
                return await then(Helm(search))
            finally:
                search.drain()
                await going

    return asyncio.run(whole())


async def consume(search):
    async for _ in search:
        pass


def test_a_ticket_says_all_that_is_needed():
    async def then(helm):
        (ticket,) = await helm.ask()
        return ticket

    ticket = in_a_run(then)
    assert ticket["prompt"]["user"].count("x = ") >= 1
    assert ticket["parents"][0]["files"]
    assert ticket["parents"][0]["status"] == "VALID"
    assert (ticket["operator"], ticket["direction"], ticket["role"]) == ("outside", "maximize", "outside")


def test_of_two_tellers_one_wins_and_the_other_is_told():
    async def then(helm):
        (ticket,) = await helm.ask(by="a")
        name = ticket["ticket"]
        told = [helm.tell({"ticket": name, "program": f"x = 0.{n}\n", "by": by}) for n, by in ((4, "a"), (5, "b"))]
        return await asyncio.gather(*told, return_exceptions=True)

    won, lost = in_a_run(then)
    assert (won["state"], won["outcome"]) == ("done", "PROPOSED")
    assert isinstance(lost, ConflictError)
    assert "told already by a" in str(lost)


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        ({"program": "x = 1\n", "score": 3.0}, UsageError, "does not take scores"),
        ({"program": "x = 1\n", "answer": "x"}, UsageError, "program and answer"),
        ({}, UsageError, "got none"),
        ({"progam": "x"}, UsageError, "program"),
        ({"program": {"../x.py": "x"}}, Exception, "path"),
        ({"program": 3}, UsageError, "text of the only file"),
        ({"program": "x = 1\n", "cost": -1}, Exception, "cost"),
        ({"program": "x = 1\n", "cost": "1"}, Exception, "cost"),
        ({"ticket": 99, "program": "x = 1\n"}, NotFoundError, "no ticket 99"),
    ],
)
def test_what_cannot_be_told_is_refused_and_the_ticket_waits(data, kind, said):
    async def then(helm):
        (ticket,) = await helm.ask()
        with pytest.raises(kind, match=said):
            await helm.tell({"ticket": ticket["ticket"], **data})
        return await helm.tell({"ticket": ticket["ticket"], "program": "x = 0.31\n"})

    assert in_a_run(then)["outcome"] == "PROPOSED"


def test_a_run_that_asks_nobody_outside_says_how_one_does():
    async def whole():
        small = SmallSearch()
        async with small.search(small.store()) as search:
            await Helm(search).ask()

    with pytest.raises(ConflictError, match="use: outside"):
        asyncio.run(whole())


def killed(small, kills, *, slow):
    """Run to the end through sessions that break off; return the log and its answers."""
    store = small.store()
    for at in kills:
        asyncio.run(live(small.search(store), stop_at=at, slow=slow))
    return end(small, store, slow=slow), store


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kills=st.lists(st.integers(0, 12), max_size=3).map(sorted),
    slow=st.integers(0, 5),
    ordered=st.booleans(),
    weight=st.sampled_from([0.3, 1.0, 3.0]),
)
def test_runs_that_break_off_anywhere_go_on_and_replay(kills, slow, ordered, weight):
    small = mixed(ordered=ordered, tickets=14, emitters=(Diff(weight=1.0), ByOutside(weight=weight)))
    search, store = killed(small, kills, slow=slow)
    assert search.stop_reason == "tickets"
    if ordered:
        assert search.state.hash == end(small).state.hash
    folded = asyncio.run(refold(small, store))
    assert folded == search.state.hash


async def refold(small, store):
    async with small.search(store) as search:
        return search.state.hash
