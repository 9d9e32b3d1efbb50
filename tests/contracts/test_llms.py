"""The contract of models over all that ship; the one that contacts somebody contacts a server on loopback."""

import asyncio
import threading

import pytest

from evo.llm.ensemble import Ensemble
from evo.llm.facts import facts_of
from evo.llm.guard import Guarded
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.offline.proposer import Offline
from evo.llm.openai.options import OpenAI
from evo.llm.outside import Manual, Outside
from evo.llm.prices import Prices
from evo.llm.replay import Replay
from evo.llm.retry import RetryPolicy
from evo.llm.script import Script
from evo.records import Completion
from evo.testing import LLMContract, ScriptedModel
from evo.testing.llms import SECRET
from evo.testing.memory_store import MemoryAnswers
from tests.contracts.parametrised import over


class TestModelsOfThisMachine(
    over(
        Offline,
        lambda: Script(answers=("x = 1", "x = 2")),
        lambda: Script(answers=("a",), faults={"error": 0.5, "refusal": 0.5}),
        lambda: ScriptedModel(("x = 1",), prices=Prices(input=1.0, output=2.0)),
    ),
    LLMContract,
):
    def failing(self):
        return Script(faults={"timeout": 1.0})


class TestOutside(LLMContract):
    def make(self):
        return Outside(lease=0.01)


class TestManual(LLMContract):
    def make(self):
        return Manual(lease=0.01)


class TestReplay(LLMContract):
    def make(self):
        return Replay(run="@last")

    def context(self):
        class Stored(MemoryAnswers):
            def close(self):
                pass

        stored = Stored()
        stored.answers = {self.request(number).hash: Completion(text=f"x = {number}") for number in range(9)}
        return LLMContext(role="fast", ideas=None, seed=0, answers=lambda run: stored)


class TestEnsemble(LLMContract):
    def make(self):
        return Ensemble(members={"one": 2.0, "two": 1.0})

    def context(self):
        peers = {}
        for role in ("one", "two"):
            model = Script(answers=(role,))
            context = LLMContext(role=role, ideas=None, seed=0)
            peers[role] = Guarded(model.connect(context), role, facts_of(model))
        return LLMContext(role="fast", ideas=None, seed=0, peers=peers)


class Echo:
    """A provider that sends the key back."""

    async def complete(self, request):
        return Completion(text=f"x = 1 {SECRET}", prompt_tokens=3, completion_tokens=3)

    async def close(self):
        pass


@pytest.fixture(scope="module")
def server():
    """A server in a loop of its own: every test of the contract has another."""
    loop, there, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found = []

    async def main():
        async with serving(MockServer(client=Echo(), key=SECRET)) as url:
            found.append(url)
            there.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    there.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(10)
    loop.close()


class TestOpenAI(LLMContract):
    @pytest.fixture(autouse=True)
    def _server(self, server):
        self.url = server

    def make(self):
        return self._model(self.url)

    def failing(self):
        return self._model("http://127.0.0.1:9/v1")

    def _model(self, url):
        retry = RetryPolicy(tries=2, wait_seconds=0.01, wait_max_seconds=0.01)
        prices = Prices(input=1.0, output=2.0)
        return OpenAI(model="m", base_url=url, api_key_env="CONTRACT_KEY", prices=prices, retry=retry)
