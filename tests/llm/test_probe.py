"""A word or two from a model, whoever wrote it; `tests/faults/test_probe.py` has those behind endpoints."""

import asyncio
from dataclasses import dataclass

from evo.errors import LLMError
from evo.llm.ensemble import Ensemble
from evo.llm.facts import facts_of
from evo.llm.model import LLM, ModelFacts
from evo.llm.offline import Offline
from evo.llm.prices import FREE
from evo.llm.probe import probe
from evo.records import Completion, Finish

KEY = "sk-CANARY-0123456789abcdef"


class Client:
    def __init__(self, answer):
        self.answer = answer

    async def complete(self, request):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def close(self):
        pass


@dataclass(frozen=True)
class Mine(LLM):
    answer: object
    facts = ModelFacts(secrets=(KEY,), addresses=("http://a/v1", "http://b/v1"), prices=FREE)

    def connect(self, context):
        return Client(self.answer)


def said(model):
    return [(each.where, each.answers, each.detail) for each in asyncio.run(probe(model, facts_of(model), "fast"))]


def test_what_a_model_says():
    assert said(Mine(Completion(text="ready", model=f"m {KEY}"))) == [
        ("http://a/v1, http://b/v1", True, "m [redacted]")
    ]
    assert said(Mine(Completion(text="")))[0][1:] == (True, "mine")
    assert said(Mine(Completion(text="", finish=Finish.ERROR, detail=f"no {KEY}")))[0][1:] == (False, "no [redacted]")
    assert said(Mine(LLMError(f"set {KEY}")))[0][1:] == (False, "set [redacted]")
    assert "llms.fast (Client), asked for probe fast: ValueError" in said(Mine(ValueError(KEY)))[0][2]


def test_a_stranger_is_asked_and_who_costs_and_contacts_nothing_is_not():
    class Stranger:
        def connect(self, context):
            return Client(Completion(text="ready"))

    assert said(Stranger()) == [("stranger", True, "stranger")]
    assert said(Offline()) == []
    assert said(Ensemble(members={"a": 1.0})) == []


def test_one_that_cannot_be_asked():
    class Keyless(Mine):
        def check(self, role):
            raise LLMError(f"KEY of {role} is not set")

        def connect(self, context):
            raise AssertionError

    assert said(Keyless(None))[0][1:] == (False, "KEY of fast is not set")

    class Broken(Mine):
        def connect(self, context):
            raise KeyError(KEY)

    assert said(Broken(None))[0][2].startswith("llms.fast (Broken), connected: KeyError at test_probe.py:")
