import asyncio

import pytest

from evo.errors import EvoError, LLMError
from evo.llm.agent import Agent
from evo.llm.facts import facts_of
from evo.llm.model import LLMContext
from evo.llm.waits import Waits
from evo.records import Completion, Finish, Prompt, Request

ASKED = Request(purpose="propose", subject="7", prompt=Prompt(system="s", user="u"), seed=0, llm="me")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"argv": ()}, "argv"),
        ({"argv": ("sh", "")}, "argv"),
        ({"wall_seconds": 0}, "wall_seconds"),
        ({"cpu_seconds": float("nan")}, "cpu_seconds"),
        ({"calls": -1}, "calls"),
        ({"usd": float("inf")}, "usd"),
        ({"network": ("https://api.example.com/v1",)}, "host:port"),
        ({"readable": ("here",)}, "whole paths"),
    ],
)
def test_options_that_bound_nothing_are_refused(given, said):
    with pytest.raises(EvoError, match=said):
        Agent(**{"argv": ("sh",), **given})


def test_what_it_gets_is_secret_and_has_to_be_there(monkeypatch):
    agent = Agent(argv=("/usr/bin/sh",), env=("EVO_AGENT_KEY",))
    monkeypatch.delenv("EVO_AGENT_KEY", raising=False)
    with pytest.raises(LLMError, match="EVO_AGENT_KEY"):
        agent.check("me")
    monkeypatch.setenv("EVO_AGENT_KEY", "sk-canary-0123456789")
    agent.check("me")
    facts = facts_of(agent)
    assert facts.secrets == ("sk-canary-0123456789",)
    assert (facts.model, facts.confined, facts.patient) == ("sh", True, False)


class Bench:
    def __init__(self):
        self.now = self.most = 0

    async def work(self, request, agent):
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return Completion(text=request.subject)


def client(agent, workshop):
    return agent.connect(LLMContext(role="me", ideas=None, seed=0, workshop=workshop, waits=Waits()))


@pytest.mark.parametrize("at_once", [1, 3])
def test_so_many_of_it_work_at_a_time(at_once):
    bench = Bench()

    async def whole():
        asked = client(Agent(argv=("sh",), at_once=at_once, usd=0.5), bench)
        assert asked.worst(ASKED).usd == 0.5
        return await asyncio.gather(*(asked.complete(ASKED) for _ in range(6)))

    assert [each.text for each in asyncio.run(whole())] == ["7"] * 6
    assert bench.most == at_once


def test_it_proposes_and_nothing_else():
    other = Request(purpose="insight", subject="p", prompt=Prompt(system="s", user="u"), seed=0, llm="me")
    said = asyncio.run(client(Agent(argv=("sh",)), Bench()).complete(other))
    assert (said.finish, "insight" in said.detail) == (Finish.ERROR, True)
    with pytest.raises(LLMError, match="there is none"):
        asyncio.run(client(Agent(argv=("sh",)), None).complete(ASKED))
