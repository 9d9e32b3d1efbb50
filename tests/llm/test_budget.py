"""Hard budgets: nothing passes them, and where they end a run depends on the tickets before alone."""

import asyncio
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.llm.budget import BudgetSpent, Foreseen, Ledger
from evo.llm.meter import Metered
from evo.llm.prices import Prices, Spend, worst_prompt_tokens
from evo.records import Completion, Prompt, Request

MOST = 500


def request(ticket, purpose="propose"):
    prompt = Prompt(system="s", user="u" * (ticket % 7) * 20)
    return Request(purpose=purpose, subject=str(ticket), prompt=prompt, seed=ticket, llm="fast", max_tokens=MOST)


class Model:
    """Answers after a while, at a cost within its worst case."""

    def __init__(self, prices, seed, latency):
        self.prices, self.seed, self.latency = prices, seed, latency
        self.asked = []

    def worst(self, request):
        prompt = worst_prompt_tokens(request)
        return Spend(usd=self.prices.usd(prompt, MOST), tokens=prompt + MOST)

    async def complete(self, request):
        self.asked.append(int(request.subject))
        random = Random(f"{self.seed} {request.subject}")
        await asyncio.sleep(random.random() * self.latency)
        tokens = random.randint(1, MOST)
        prompt = random.randint(1, worst_prompt_tokens(request))
        return Completion(
            text="", prompt_tokens=prompt, completion_tokens=tokens, cost_usd=self.prices.usd(prompt, tokens)
        )

    async def close(self):
        pass


def spend(*, slots, seed, ordered, latency=0.002, tickets=400, **budget):
    """Ask for tickets in `slots` until the budget is used up; return the model, the ledger and who was refused."""

    async def run():
        random = Random(seed)
        prices = Prices(input=random.uniform(0, 10), output=random.uniform(10, 60))
        model, ledger = Model(prices, seed, latency), Ledger(ordered=ordered, **budget)
        client, gate, refused = Metered(model, ledger), asyncio.Semaphore(slots), []

        async def work(ticket):
            ledger.expect(ticket)
            try:
                async with gate:
                    await client.complete(request(ticket))
            except BudgetSpent as spent:
                refused.append((ticket, spent.key))
            finally:
                await ledger.done(ticket)

        await asyncio.gather(*(work(ticket) for ticket in range(tickets)))
        return model, ledger, sorted(refused)

    return asyncio.run(run())


@pytest.mark.parametrize("slots", [1, 8, 64])
@pytest.mark.parametrize("seed", range(20))
def test_half_a_dollar_is_never_passed(slots, seed):
    model, ledger, refused = spend(slots=slots, seed=seed, ordered=seed % 2 == 0, usd=0.5)
    assert ledger.spent.usd <= 0.5
    assert refused
    assert {key for _, key in refused} == {"usd"}
    worst = max(model.worst(request(ticket)).usd for ticket in range(7))
    assert ledger.spent.usd > 0.5 - worst, "what is left would not have paid for one more call"


@pytest.mark.parametrize("seed", range(4))
def test_the_ticket_that_ends_a_run_does_not_depend_on_slots(seed):
    ends = {
        (tuple(sorted(model.asked)), refused[0], ledger.spent.tokens)
        for slots, latency in ((1, 0.0), (8, 0.002), (64, 0.004))
        for model, ledger, refused in [spend(slots=slots, seed=seed, ordered=True, latency=latency, usd=0.3)]
    }
    assert len(ends) == 1


@settings(max_examples=30, deadline=None)
@given(tokens=st.integers(1, 20_000), slots=st.integers(1, 20), seed=st.integers(0, 99), ordered=st.booleans())
def test_tokens_are_as_hard(tokens, slots, seed, ordered):
    _, ledger, refused = spend(slots=slots, seed=seed, ordered=ordered, latency=0.0, tickets=60, tokens=tokens)
    assert ledger.spent.tokens <= tokens
    assert all(key == "tokens" for _, key in refused)


def test_what_was_spent_before_counts():
    _, ledger, refused = spend(slots=4, seed=0, ordered=True, tokens=10_000, spent=Spend(tokens=9_900))
    assert len(refused) == 400
    assert ledger.spent.tokens == 9_900


def test_a_stored_answer_is_charged_at_its_turn():
    async def run():
        ledger = Ledger(tokens=1000, ordered=True)
        for ticket in range(3):
            ledger.expect(ticket)
        later = asyncio.create_task(ledger.charge_stored(request(1), Completion(text="", prompt_tokens=300)))
        await asyncio.sleep(0)
        before = ledger.spent.tokens
        await ledger.reserve(request(0), Spend(tokens=600))
        await later
        await ledger.settle(request(0), Completion(text="", prompt_tokens=100))
        return before, ledger.spent.tokens

    assert asyncio.run(run()) == (0, 400)


def test_a_cancelled_call_frees_what_was_set_aside():
    async def run():
        ledger = Ledger(tokens=1000)
        client = Metered(Model(Prices(input=1, output=1), 0, 3600), ledger)
        task = asyncio.create_task(client.complete(request(0)))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await ledger.reserve(request(1), Spend(tokens=1000))
        return ledger.spent

    assert asyncio.run(run()) == Spend()


def test_failed_tries_of_a_call_that_is_given_up_are_charged():
    async def run():
        ledger = Ledger(tokens=1000)
        await ledger.reserve(request(0), Spend(tokens=400))
        room = [ledger.extend(request(0), Spend(tokens=400)), ledger.extend(request(0), Spend(tokens=400))]
        await ledger.settle(request(0), None)
        return room, ledger.spent.tokens

    assert asyncio.run(run()) == ([True, False], 800)


def test_no_budget_keeps_the_books_all_the_same():
    _, ledger, refused = spend(slots=64, seed=1, ordered=True, tickets=50)
    assert not refused
    assert ledger.spent.usd > 0


def test_prices():
    prices = Prices(input=1.0, output=4.0, cached_input=0.1)
    assert prices.usd(1_000_000, 500_000) == pytest.approx(3.0)
    assert prices.usd(1_000_000, 0, cached=500_000) == pytest.approx(0.55)
    assert Prices(input=1.0, output=4.0).usd(1_000_000, 0, cached=500_000) == pytest.approx(1.0)
    with pytest.raises(EvoError, match="input: expected usd per million tokens"):
        Prices(input=-1.0, output=1.0)


@given(text=st.text(max_size=200))
def test_no_prompt_has_more_tokens_than_bytes(text):
    asked = Request(purpose="p", subject="s", prompt=Prompt(system="", user=text), seed=0, llm="fast")
    assert worst_prompt_tokens(asked) >= len(text.encode("utf-8", "surrogatepass"))


def test_stored_answers_that_are_no_proposals_were_charged_before():
    async def run():
        ledger = Ledger(tokens=1000, spent=Spend(tokens=300))
        await ledger.charge_stored(request(1, purpose="judge"), Completion(text="", prompt_tokens=300))
        return ledger.spent.tokens

    assert asyncio.run(run()) == 300


def drawing(usd, *, ordered):
    """Return a ledger whose requests cost 1 at most, and may be followed by two more of the same."""
    ledger = Ledger(usd=usd, ordered=ordered)
    one = Spend(usd=1.0)
    ledger.foresee = lambda request: Foreseen(worst=one, further={} if request.attempt else {1: one, 2: one})
    return ledger


def again(ticket, attempt):
    return Request(purpose="propose", subject=str(ticket), prompt=PROMPT, seed=0, llm="fast", attempt=attempt)


PROMPT = Prompt(system="", user="")


@pytest.mark.parametrize(("usd", "draws"), [(3.0, [1, 2]), (2.5, [1]), (1.5, [])])
def test_draws_are_made_as_far_as_room_was_set_aside_for_them(usd, draws):
    async def asked():
        ledger = drawing(usd, ordered=True)
        ledger.expect(1)
        await ledger.reserve(again(1, 0), Spend(usd=1.0))
        await ledger.settle(again(1, 0), Completion(text="", cost_usd=0.1))
        assert [draw for draw in (1, 2) if ledger.follows_now(again(1, draw))] == draws, "whatever came free since"
        for draw in draws:
            await ledger.reserve(again(1, draw), Spend(usd=1.0))
            await ledger.settle(again(1, draw), Completion(text="", cost_usd=1.0))
        await ledger.forgo(again(1, 0), 1, 2)
        assert ledger.spent.usd == pytest.approx(0.1 + len(draws))
        assert not ledger._held

    asyncio.run(asked())


def test_by_arrival_nothing_waits_for_draws_and_they_take_what_is_free():
    async def asked():
        ledger = drawing(2.5, ordered=False)
        await ledger.reserve(again(1, 0), Spend(usd=1.0))
        await asyncio.wait_for(ledger.reserve(again(2, 0), Spend(usd=1.0)), 60)
        assert not ledger.follows_now(again(1, 1)), "two are in flight"
        await ledger.settle(again(2, 0), Completion(text="", cost_usd=0.1))
        assert ledger.follows_now(again(1, 1))
        await ledger.reserve(again(1, 1), Spend(usd=1.0))

    asyncio.run(asked())
