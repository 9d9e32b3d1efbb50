"""The last of a budget is spent, and never passed: what a model takes is learnt from its counts."""

import asyncio
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.llm.budget import BudgetSpent, Ledger
from evo.llm.habits import Habits
from evo.llm.meter import Metered
from evo.llm.prices import Prices, Spend, estimated_tokens, worst_prompt_tokens, worst_spend
from evo.records import Completion, Finish, Prompt, Request

PRICES = Prices(input=1.0, output=10.0)
STABLE = "".join(f"line {number} of what every prompt says, at some length\n" for number in range(150))


def request(ticket):
    prompt = Prompt(system="You are.", user=f"{STABLE}ticket {ticket}\n{'x = 1' * (ticket % 5)}")
    return Request(purpose="propose", subject=str(ticket), prompt=prompt, seed=ticket, llm="fast")


class Thinker:
    """Takes a few hundred tokens as a rule, counts four bytes a token, and keeps to the cap."""

    def __init__(self):
        self.caps = []

    def worst(self, request):
        return worst_spend(request, PRICES, 8192)

    async def complete(self, request):
        self.caps.append(request.max_tokens)
        await asyncio.sleep(0)
        wants = Random(request.seed).randint(200, 600)
        takes = min(wants, request.max_tokens)
        prompt = estimated_tokens(request.prompt.system + request.prompt.user)
        finish = Finish.STOP if takes == wants else Finish.LENGTH
        return Completion(
            text="", finish=finish, prompt_tokens=prompt, completion_tokens=takes, cost_usd=PRICES.usd(prompt, takes)
        )

    async def close(self):
        pass


def spend(*, slots, ordered, usd, start=0, **ledger):
    async def go():
        model, books = Thinker(), Ledger(usd=usd, ordered=ordered, **ledger)
        client, gate, answers, refused = Metered(model, books), asyncio.Semaphore(slots), {}, []

        async def work(ticket):
            books.expect(ticket)
            try:
                async with gate:
                    answers[ticket] = await client.complete(request(ticket))
            except BudgetSpent:
                refused.append(ticket)
            finally:
                await books.done(ticket)

        await asyncio.gather(*(work(ticket) for ticket in range(start, 60)))
        return model, books, answers, refused

    return asyncio.run(go())


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("slots", [1, 8, 64])
def test_a_small_budget_is_used_up_to_a_tenth_and_never_passed(slots, ordered):
    model, books, answers, refused = spend(slots=slots, ordered=ordered, usd=0.09)
    assert refused
    assert 0.9 * 0.09 <= books.spent.usd <= 0.09
    assert min(model.caps) < 8192
    short = [answer for answer in answers.values() if answer.detail]
    assert short
    assert all(answer.detail.startswith("the budget left room for an answer of") for answer in short)
    if ordered:
        assert books.spent == spend(slots=3, ordered=True, usd=0.09)[1].spent


def test_a_resume_knows_what_was_taken():
    whole = spend(slots=4, ordered=True, usd=0.09)
    half = {ticket: answer for ticket, answer in whole[2].items() if ticket < 8}
    spent = sum(answer.cost_usd for answer in half.values())
    tokens = sum(answer.prompt_tokens + answer.completion_tokens for answer in half.values())
    habits = Habits(
        [(request(ticket), answer) for ticket, answer in half.items()][-4:],
        longest=max(a.completion_tokens for a in half.values()),
    )
    rest = spend(
        slots=4, ordered=True, usd=0.09, start=8, spent=Spend(usd=spent, tokens=tokens), habits={"fast": habits}
    )
    assert sorted({**half, **rest[2]}) == sorted(whole[2])
    assert {**half, **rest[2]} == whole[2]


@given(texts=st.lists(st.text(alphabet="ab\n\u00e9", max_size=60), min_size=3, max_size=6))
def test_no_prompt_has_more_tokens_than_is_said(texts):
    asked = [
        Request(purpose="propose", subject=str(n), prompt=Prompt(system="s", user=text), seed=0, llm="fast")
        for n, text in enumerate(texts)
    ]
    habits = Habits()
    for each in asked[:-1]:
        tokens = estimated_tokens(each.prompt.system + each.prompt.user)
        habits.learn(each, Completion(text="", prompt_tokens=tokens, completion_tokens=1))
    last = asked[-1]
    assert estimated_tokens(last.prompt.system + last.prompt.user) <= habits.prompt_tokens(last)
    assert habits.prompt_tokens(last) <= worst_prompt_tokens(last)


def test_counts_that_contradict_one_another_teach_nothing():
    habits = Habits()
    for ticket in range(10):
        habits.learn(request(ticket), Completion(text="", prompt_tokens=1 + 5000 * (ticket % 2)))
    assert habits.prompt_tokens(request(10)) == worst_prompt_tokens(request(10))


def test_guesses_teach_nothing():
    habits = Habits()
    for ticket in range(10):
        habits.learn(request(ticket), Completion(text="", prompt_tokens=1, completion_tokens=9, estimated=True))
    assert habits.prompt_tokens(request(10)) == worst_prompt_tokens(request(10))
    assert habits.longest == 0
