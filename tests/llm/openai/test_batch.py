"""Requests in batch files: one for all that come together, found again, paid once, whatever becomes of a batch."""

import asyncio
import json
import urllib.request

import pytest

from evo.errors import EvoError, LLMError
from evo.llm.batch_log import Batch
from evo.llm.budget import Ledger
from evo.llm.meter import Metered
from evo.llm.mock.faults import Faults
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.llm.prices import Prices
from evo.llm.retry import RetryPolicy
from evo.records import Completion, Finish, Prompt, Request

PRICES = Prices(input=1.0, output=4.0)


class Says:
    async def complete(self, request):
        return Completion(text=f"x = {request.prompt.user}", prompt_tokens=1000, completion_tokens=50)

    async def close(self):
        pass


class Kept:
    """A log of batches that a test can look into, and that outlives a client."""

    def __init__(self):
        self.all = {}

    def batches(self):
        return list(self.all.values())

    async def keep(self, batch):
        self.all[batch.tag] = batch


def request(ticket):
    prompt = Prompt(system="s", user=str(ticket))
    return Request(purpose="propose", subject=str(ticket), prompt=prompt, seed=ticket, llm="fast")


def model(url, **options):
    base = {"model": "m", "base_url": url, "prices": PRICES, "max_tokens": 100, "batch": True, "batch_price": 0.5}
    base |= {"gather_seconds": 0.05, "poll_seconds": 0.02}
    return OpenAI(**base | {"retry": RetryPolicy(tries=3, wait_seconds=0.01, wait_max_seconds=0.02)} | options)


def ask(tickets=range(4), *, log=None, ledger=None, options=None, **served):
    """Return the answers to some tickets that are asked at once, the server's count, and the ledger."""
    ledger = ledger or Ledger(usd=1.0)

    async def run():
        async with serving(MockServer(client=Says(), **served)) as url:
            context = LLMContext(role="fast", ideas=None, seed=0, ledger=ledger, batches=log or Kept())
            client = Metered(model(url, **(options or {})).connect(context), ledger)
            try:
                found = await asyncio.gather(*(client.complete(request(ticket)) for ticket in tickets))
            finally:
                await client.close()
            return found, await counted(url)

    return (*asyncio.run(asyncio.wait_for(run(), 60)), ledger)


async def counted(url):
    def look():
        with urllib.request.urlopen(f"{url}/usage", timeout=10) as response:
            return json.load(response)

    return await asyncio.to_thread(look)


ONE = 0.5 * PRICES.usd(1000, 50)


def test_what_comes_together_is_one_batch_at_its_own_price():
    log = Kept()
    answers, usage, ledger = ask(log=log)
    assert [answer.text for answer in answers] == [f"x = {ticket}" for ticket in range(4)]
    assert (usage["batches"], usage["requests"]) == (1, 4)
    assert [answer.cost_usd for answer in answers] == pytest.approx([ONE] * 4)
    assert ledger.spent.usd == pytest.approx(4 * ONE)
    (batch,) = log.batches()
    assert batch.id
    assert set(batch.requests) == {request(ticket).hash for ticket in range(4)}


@pytest.mark.parametrize("end", ["expired", "partly", "cancelled"])
def test_what_a_batch_leaves_goes_into_the_next_and_is_paid_once(end):
    answers, usage, ledger = ask(batches=(end,))
    assert [answer.text for answer in answers] == [f"x = {ticket}" for ticket in range(4)]
    assert (usage["batches"], usage["requests"]) == (2, 4)
    assert ledger.spent.usd == pytest.approx(4 * ONE)


def test_what_is_left_again_and_again_is_an_error_that_says_so():
    answers, usage, ledger = ask(tickets=[0], batches=("expired",) * 9)
    assert (answers[0].finish, usage["batches"], ledger.spent.usd) == (Finish.ERROR, 3, 0.0)
    assert "the batch expired before this request was answered" in answers[0].detail


def test_a_batch_that_is_turned_away_says_why():
    answers, usage, _ = ask(batches=("failed",))
    assert {answer.finish for answer in answers} == {Finish.ERROR}
    assert all("The file is not understood" in answer.detail for answer in answers)
    assert usage["requests"] == 0


def test_a_batch_of_which_nobody_heard_is_found_by_its_tag():
    answers, usage, ledger = ask(batches=("unheard",))
    assert {answer.finish for answer in answers} == {Finish.STOP}
    assert (usage["batches"], usage["requests"]) == (1, 4)
    assert ledger.spent.usd == pytest.approx(4 * ONE)


@pytest.mark.parametrize(
    ("faults", "finishes"),
    [
        (("error_500",), {Finish.STOP}),
        (("null_content",), {Finish.STOP}),
        (("filtered",), {Finish.STOP, Finish.REFUSAL}),
        (("length",), {Finish.STOP, Finish.LENGTH}),
        (("context",), {Finish.STOP, Finish.ERROR}),
        (("no_usage",), {Finish.STOP}),
    ],
)
def test_a_line_has_the_faults_of_a_call_and_nothing_is_booked_below_the_count(faults, finishes):
    answers, usage, ledger = ask(faults=Faults(sequence=faults))
    assert {answer.finish for answer in answers} == finishes
    assert ledger.spent.usd <= 1.0
    if faults != ("no_usage",):  # then it is guessed, from the length of the texts
        assert ledger.spent.usd >= 0.5 * PRICES.usd(usage["prompt_tokens"], usage["completion_tokens"]) - 1e-12


def test_a_parameter_that_is_refused_is_left_out_of_the_next():
    answers, usage, _ = ask(refuses=("seed",))
    assert {answer.finish for answer in answers} == {Finish.STOP}
    assert usage["batches"] == 2


def test_a_refused_key_pauses_the_run(monkeypatch):
    monkeypatch.setenv("A_KEY", "sk-wrong-0123456789")
    with pytest.raises(LLMError, match="the key in A_KEY was refused") as caught:
        ask(key="another", options={"api_key_env": "A_KEY"})
    assert "sk-wrong" not in str(caught.value)


def test_who_comes_back_finds_the_batch_and_nothing_is_paid_twice():
    log = Kept()

    async def run():
        async with serving(MockServer(client=Says(), batch_seconds=0.4)) as url:

            async def session(*, patience):
                ledger = Ledger(usd=1.0)
                context = LLMContext(role="fast", ideas=None, seed=0, ledger=ledger, batches=log)
                client = Metered(model(url).connect(context), ledger)
                calls = [asyncio.create_task(client.complete(request(ticket))) for ticket in range(4)]
                await asyncio.wait(calls, timeout=patience)
                for call in calls:
                    call.cancel()
                found = await asyncio.gather(*calls, return_exceptions=True)
                await client.close()
                return found

            first = await session(patience=0.2)
            while not log.all:
                first = await session(patience=0.2)
            # As a killed process leaves it: with the id, and without.
            known = dict(log.all)
            second = await session(patience=30)
            log.all = {tag: Batch(tag=tag, requests=batch.requests) for tag, batch in known.items()}
            third = await session(patience=30)
            return first, second, third, await counted(url)

    first, second, third, usage = asyncio.run(asyncio.wait_for(run(), 90))
    assert all(isinstance(each, asyncio.CancelledError) for each in first)
    assert [answer.text for answer in second] == [answer.text for answer in third] == [f"x = {i}" for i in range(4)]
    assert (usage["batches"], usage["requests"]) == (1, 4)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_price": 0.0}, "batch_price"),
        ({"batch_price": 1.5}, "batch_price"),
        ({"stream": True}, "stream"),
        ({"gather_seconds": 0.0}, "gather_seconds"),
    ],
)
def test_options_that_cannot_be_are_refused(options, words):
    with pytest.raises(EvoError, match=words):
        model("http://127.0.0.1:9/v1", **options)
