"""What an endpoint says it used, at the config's prices; what it does not say is guessed, and says so."""

import asyncio
from dataclasses import replace

import pytest

from evo.llm.mock.faults import Faults
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.llm.prices import Prices, worst_prompt_tokens
from evo.llm.retry import RetryPolicy
from evo.records import Completion, Prompt, Request

SAID = Completion(text="x = 1", prompt_tokens=1000, completion_tokens=50, cached_tokens=800, reasoning_tokens=40)
PRICES = Prices(input=1.0, output=4.0, cached_input=0.1)


class Says:
    async def complete(self, request):
        return replace(SAID, text=f"x = {request.prompt.user}")

    async def close(self):
        pass


def ask(*, faults=(), prices=PRICES, text="1"):
    request = Request(purpose="propose", subject="3", prompt=Prompt(system="s", user=text), seed=1, llm="fast")

    async def run():
        server = MockServer(client=Says(), faults=Faults(sequence=faults))
        async with serving(server) as url:
            retry = RetryPolicy(wait_seconds=0.01, wait_max_seconds=0.02)
            model = OpenAI(model="m", base_url=url, prices=prices, max_tokens=100, retry=retry)
            client = model.connect(LLMContext(role="fast", ideas=None, seed=0))
            try:
                return await client.complete(request)
            finally:
                await client.close()

    return request, asyncio.run(run())


def test_cached_and_reasoning_tokens_are_read_and_cached_ones_have_their_price():
    _, answer = ask()
    assert (answer.prompt_tokens, answer.completion_tokens) == (1000, 50)
    assert (answer.cached_tokens, answer.reasoning_tokens, answer.estimated) == (800, 40, False)
    assert answer.cost_usd == pytest.approx((200 * 1.0 + 800 * 0.1 + 50 * 4.0) / 1e6)
    _, dear = ask(prices=Prices(input=1.0, output=4.0))
    assert dear.cost_usd == pytest.approx((1000 * 1.0 + 50 * 4.0) / 1e6)


def test_without_usage_it_is_a_guess_and_says_so():
    request, answer = ask(faults=("no_usage",), text="1" * 399)
    assert answer.estimated
    assert (answer.prompt_tokens, answer.completion_tokens) == (100, 101)
    assert (answer.cached_tokens, answer.reasoning_tokens) == (0, 0)
    assert answer.prompt_tokens <= worst_prompt_tokens(request)


def test_a_try_of_which_nobody_says_the_cost_makes_the_sum_a_guess():
    _, answer = ask(faults=("reset",))
    assert answer.estimated
    assert answer.cost_usd > ask()[1].cost_usd
    assert not ask(faults=("error_500",))[1].estimated, "nothing was charged for it"
