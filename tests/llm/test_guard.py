"""A client of somebody's: however it fails and whatever it answers, the run knows what to do and what it cost."""

import asyncio

import pytest

from evo.errors import LLMError, StoreError
from evo.llm import guard
from evo.llm.budget import BudgetSpent
from evo.llm.guard import Guarded
from evo.llm.model import Free, ModelFacts
from evo.llm.prices import Prices, Spend, worst_prompt_tokens
from evo.records import Completion, Finish, Prompt, Request

KEY = "sk-CANARY-0123456789abcdef"
PRICES = Prices(input=1e6, output=2e6, cached_input=0.0)
REQUEST = Request(
    purpose="propose", subject="3", prompt=Prompt(system="s", user="u" * 39), seed=0, llm="fast", max_tokens=50
)
WORST = worst_prompt_tokens(REQUEST)


class Client:
    def __init__(self, answer):
        self.answer = answer

    async def complete(self, request):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    async def close(self):
        if isinstance(self.answer, BaseException):
            raise self.answer


class Books(Client):
    def __init__(self, answer, worst=None):
        super().__init__(answer)
        self.most = worst

    def worst(self, request):
        return self.most


def ask(client, **facts):
    guarded = Guarded(client, "fast", ModelFacts(**{"secrets": (KEY,), "prices": PRICES, "max_tokens": 20, **facts}))
    return asyncio.run(guarded.complete(REQUEST))


def test_what_it_raises_is_its_fault_and_shows_no_key():
    with pytest.raises(LLMError) as caught:
        ask(Client(ValueError(f"sent {KEY[:5]}\x00{KEY[5:]}")))
    said = str(caught.value)
    assert said.startswith("llms.fast (Client), asked for propose 3: ValueError at test_guard.py:")
    assert "sent [redacted]. This is a fault in the code of that model" in said
    assert caught.value.__suppress_context__, "a traceback prints no cause, whose words have the key"


def test_the_first_of_several_failures_is_named_and_nobody_ends_the_process():
    several = ExceptionGroup("some", [ExceptionGroup("more", [ValueError(KEY)]), KeyError()])
    with pytest.raises(LLMError, match=r"ValueError: \[redacted\]"):
        ask(Client(several))
    with pytest.raises(LLMError, match="SystemExit"):
        ask(Client(SystemExit(1)))


def test_an_error_of_the_protocol_keeps_its_words():
    with pytest.raises(LLMError, match=r"^the key \[redacted\] was refused$"):
        ask(Client(LLMError(f"the key {KEY} was refused")))
    for error in (StoreError("disk"), BudgetSpent("usd")):
        with pytest.raises(type(error)):
            ask(Client(error))


def test_a_cancellation_of_its_own_is_a_fault_and_one_of_ours_is_none():
    with pytest.raises(LLMError, match="CancelledError"):
        ask(Client(asyncio.CancelledError()))

    class Slow(Client):
        async def complete(self, request):
            await asyncio.sleep(60)

    async def run():
        task = asyncio.create_task(Guarded(Slow(None), "fast", ModelFacts()).complete(REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled()

    assert asyncio.run(run())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "expected an evo.records.Completion; got NoneType"),
        ("text", "got str"),
        (Completion(text=None), "text: expected a text; got NoneType"),
        (Completion(text="", finish="stop"), "finish: expected an evo.records.Finish; got 'stop'"),
        (Completion(text="", prompt_tokens=-1), "prompt_tokens: expected a whole number, 0 or more; got -1"),
        (Completion(text="", completion_tokens=1.5), "completion_tokens: expected"),
        (Completion(text="", cached_tokens=True), "cached_tokens: expected"),
        (Completion(text="", cost_usd=float("nan")), "cost_usd: expected usd, 0 or more; got nan"),
        (Completion(text="", cost_usd=-1.0), "cost_usd: expected"),
    ],
)
def test_what_is_no_answer_is_a_fault(answer, words):
    with pytest.raises(LLMError, match=words):
        ask(Client(answer))


def test_usage_is_charged_by_prices_where_no_cost_is_named():
    said = Completion(text="x", prompt_tokens=10, completion_tokens=5, cached_tokens=4)
    assert ask(Client(said)).cost_usd == 6 * 1 + 5 * 2
    own = Completion(text="x", prompt_tokens=10, completion_tokens=5, cost_usd=0.25)
    assert ask(Client(own)) == own
    assert ask(Client(said), prices=None) == said


def test_an_answer_without_usage_is_estimated_and_says_so():
    said = ask(Client(Completion(text="y" * 8)))
    assert (said.prompt_tokens, said.completion_tokens, said.estimated) == (10, 2, True)
    assert said.cost_usd == 10 * 1 + 2 * 2
    assert ask(Client(Completion(text="y" * 8)), prices=None).prompt_tokens == 10, "tokens are charged without prices"


@pytest.mark.parametrize("finish", [Finish.ERROR, Finish.LENGTH])
def test_what_nobody_says_is_charged_at_its_worst(finish):
    said = ask(Client(Completion(text="", finish=finish)))
    assert (said.prompt_tokens, said.completion_tokens, said.estimated) == (WORST, 20, True)
    assert said.cost_usd == WORST + 40


def test_books_are_taken_as_they_are():
    class Nothing(Free, Client):
        pass

    failed = Completion(text="", finish=Finish.ERROR)
    for client in (Nothing(failed), Books(failed, Spend())):
        assert ask(client) == failed
    assert ask(Client(failed), members=("a",)) == failed, "its members were charged"


def test_the_worst_case():
    def worst(client, **facts):
        return Guarded(client, "fast", ModelFacts(**facts)).worst(REQUEST)

    assert worst(Client(None)) == Spend(tokens=WORST + 50)
    assert worst(Client(None), max_tokens=20, prices=PRICES) == Spend(usd=WORST + 40, tokens=WORST + 20)
    assert worst(Client(None), max_tokens=99).tokens == WORST + 50
    assert worst(Books(None, Spend(usd=3.0, tokens=7))) == Spend(usd=3.0, tokens=7)
    for wrong in (Spend(usd=float("nan")), Spend(tokens=-1), None):
        with pytest.raises(LLMError, match="what a call can cost"):
            worst(Books(None, wrong))


def test_parking_is_passed_on():
    class Parked(Client):
        parked = True

    assert Guarded(Parked(None), "fast", ModelFacts()).parked
    assert not Guarded(Client(None), "fast", ModelFacts()).parked


def test_a_client_that_cannot_be_closed_is_told_of(monkeypatch):
    class Hangs(Client):
        async def close(self):
            await asyncio.sleep(60)

    monkeypatch.setattr(guard, "_CLOSE_SECONDS", 0.01)
    told = []
    for client in (Client(RuntimeError(f"no {KEY}")), Client(LLMError(KEY)), Hangs(None)):
        asyncio.run(Guarded(client, "fast", ModelFacts(secrets=(KEY,)), tell=told.append).close())
    assert ["RuntimeError" in told[0], "LLMError" in told[1], "TimeoutError" in told[2]] == [True] * 3
    assert KEY not in "".join(told)
