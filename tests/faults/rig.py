"""A real server in a process of its own, and clients that ask it."""

import asyncio
import json
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from evo.llm.budget import Ledger
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.llm.prices import Prices
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.records import Prompt, Request
from evo.rng import derive

ROOT = Path(__file__).parents[2]
CANARY = "sk-CANARY-0123456789abcdef"
KEY_NAME = "EVO_TEST_KEY"


@dataclass
class Served:
    """A running mock server."""

    process: subprocess.Popen
    url: str

    def usage(self):
        with urllib.request.urlopen(f"{self.url}/usage", timeout=10) as response:
            return json.load(response)

    @property
    def requests(self):
        return self.usage()["requests"]


PRICES = Prices(input=1.0, output=2.0)
RETRY = RetryPolicy(tries=4, seconds=20.0, wait_seconds=0.01, wait_max_seconds=0.05, retry_after_max_seconds=2.0)
PARK = ParkPolicy(failures=3, seconds=0.05, times=2)


def options(url, **changes):
    base = {
        "model": "mock",
        "base_url": url,
        "api_key_env": KEY_NAME,
        "prices": PRICES,
        "max_tokens": 100,
        "total_seconds": 20.0,
        "retry": RETRY,
        "park": PARK,
    }
    return OpenAI(**(base | changes))


def request(ticket=0, text="Do it."):
    return Request(
        purpose="propose",
        subject=str(ticket),
        prompt=Prompt(system="You are.", user=text),
        seed=derive(0, "propose", ticket),
        llm="fast",
    )


def context(ledger=None):
    return LLMContext(role="fast", ideas=None, seed=0, ledger=ledger or Ledger())


def ask(model, *tickets, ledger=None):
    """Return the answers to some tickets, asked side by side."""

    async def run():
        client = model.connect(context(ledger))
        try:
            return await asyncio.gather(*(client.complete(request(ticket)) for ticket in tickets or (0,)))
        finally:
            await client.close()

    return asyncio.run(run())
