"""Half a dollar through a real endpoint: never passed, whatever prices, latencies, faults and slots."""

import asyncio
from random import Random

import pytest

from evo.config.sections import BudgetSpec
from evo.llm.budget import Ledger
from evo.llm.meter import Metered
from evo.llm.prices import Prices, worst_prompt_tokens
from evo.records import Prompt, Request
from tests.faults.rig import context, options
from tests.faults.test_runs import stored
from tests.toy import World

BUDGET = 0.5
DRAWS = [pytest.param(draw, marks=[] if draw == 0 else pytest.mark.soak) for draw in range(20)]


def spend(folder, server, *, prices, slots):
    """Run the toy world until the money is gone; return the search and the ledger."""

    async def go():
        ledger = Ledger(usd=BUDGET)
        client = Metered(options(server.url, prices=prices, total_seconds=1.0).connect(context(ledger)), ledger)
        try:
            world = World(
                folder=folder,
                model=client,
                slots=slots,
                window=2 * slots,
                ordered=False,
                budget=BudgetSpec(tickets=2000, usd=BUDGET),
            )
            return (await world.go())[0], ledger
        finally:
            await client.close()

    return asyncio.run(go())


@pytest.mark.parametrize("slots", [1, 8, 64])
@pytest.mark.parametrize("draw", DRAWS)
def test_half_a_dollar_is_never_passed(serve, numbers, tmp_path, draw, slots):
    random = Random(draw)
    prices = Prices(input=random.uniform(5, 30), output=random.uniform(20, 200))
    latency = f"lognormal:{random.uniform(0.001, 0.02)}:{random.uniform(0.2, 1.0)}"
    faults = ("--fault", "reset=0.05", "--fault", "error_500=0.1", "--fault", "no_usage=0.1", "--retry-after", "0.01")
    server = serve("--latency", latency, *faults, *numbers, answers=False)
    search, ledger = spend(tmp_path, server, prices=prices, slots=slots)
    assert (search.run_state, search.stop_reason) == ("finished", "usd")
    assert ledger.spent.usd <= BUDGET
    usage = server.usage()
    assert prices.usd(usage["prompt_tokens"], usage["completion_tokens"]) <= BUDGET, "as the provider counts it"
    answers = [(prompt, completion) for _, prompt, completion in stored(tmp_path)]
    assert sum(completion.cost_usd for _, completion in answers) <= BUDGET
    longest = max(worst_prompt_tokens(asked(prompt)) for prompt, _ in answers)
    assert ledger.spent.usd > BUDGET - 4 * (slots + 1) * prices.usd(longest, 100), "what is left is less than was held"


def asked(prompt: Prompt):
    return Request(purpose="", subject="", prompt=prompt, seed=0, llm="")
