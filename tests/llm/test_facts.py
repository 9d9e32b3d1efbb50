"""Facts by role: what a model tells, what its options name, and what an ensemble has from its members."""

from dataclasses import dataclass, field

import pytest

from evo.errors import LLMError
from evo.llm.ensemble import Ensemble
from evo.llm.facts import check_keys, facts_by_role, facts_of, named_variables
from evo.llm.model import LLM, ModelFacts
from evo.llm.offline.proposer import WORDS, Offline
from evo.llm.openai.options import OpenAI
from evo.llm.openai.settings import EndpointSpec
from evo.llm.prices import FREE, Prices
from evo.llm.replay import Replay
from evo.llm.retry import RetryPolicy
from evo.llm.script import Script

KEY = "sk-CANARY-0123456789abcdef"


@dataclass(frozen=True)
class Silent:
    """A model that tells nothing about itself."""

    key_env: str = "EVO_TEST_KEY"
    more: dict = field(default_factory=lambda: {"places": [{"token_env": "EVO_TEST_OTHER"}], "environment": "HOME"})


class Live:
    def __init__(self):
        self.key_env = "EVO_TEST_KEY"


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    monkeypatch.setenv("EVO_TEST_KEY", f"{KEY}\n")
    monkeypatch.setenv("EVO_TEST_OTHER", "EMPTY")


def test_what_shipped_models_tell():
    for model, name in ((Offline(), WORDS), (Script(), "script"), (Replay(run="x"), "replay")):
        assert facts_of(model) == ModelFacts(prices=FREE, model=name)
    prices = Prices(input=1.0, output=2.0)
    options = OpenAI(
        model="m",
        endpoints=(
            EndpointSpec(base_url="http://a/v1", api_key_env="EVO_TEST_KEY"),
            EndpointSpec(base_url="http://b/v1"),
        ),
        prices=prices,
        max_tokens=100,
        context_tokens=1000,
        retry=RetryPolicy(tries=3),
    )
    facts = facts_of(options)
    assert KEY in facts.secrets
    assert (facts.prices, facts.max_tokens, facts.context_tokens, facts.room) == (prices, 100, 1000, 900)
    assert (facts.addresses, facts.model, facts.tries) == (("http://a/v1", "http://b/v1"), "m", 3)


def test_the_variables_that_options_name_hold_secrets_whoever_tells_what():
    assert named_variables(Silent()) == ("EVO_TEST_KEY", "EVO_TEST_OTHER")
    assert facts_of(Silent()) == ModelFacts(secrets=(KEY,), model="silent")
    assert facts_of(Live()).secrets == (KEY,)

    @dataclass(frozen=True)
    class Forgetful(LLM):
        key_env: str = "EVO_TEST_KEY"

        @property
        def facts(self):
            return ModelFacts(prices=FREE, secrets=("told-secret",), model="mine")

    assert facts_of(Forgetful()) == ModelFacts(prices=FREE, secrets=("told-secret", KEY), model="mine")


def test_facts_that_are_none_are_a_fault_of_the_model():
    class Method:
        def facts(self):
            return ModelFacts()

    class Breaks:
        key_env = "x"

        def __init__(self):
            self.key_env = "EVO_TEST_KEY"

        @property
        def facts(self):
            raise AttributeError(f"no {KEY}")

    with pytest.raises(LLMError, match=r"llms.fast \(Method\), its facts: TypeError.*as a property; got method"):
        facts_of(Method(), "fast")
    with pytest.raises(LLMError, match=r"AttributeError at test_facts.py:\d+: no \[redacted\]") as caught:
        facts_of(Breaks(), "fast")
    assert KEY not in str(caught.value)


def test_an_ensemble_has_the_worst_price_the_longest_answer_and_the_least_room():
    small = OpenAI(model="s", prices=Prices(input=1.0, output=5.0), max_tokens=100, context_tokens=1100)
    large = OpenAI(model="l", prices=Prices(input=3.0, output=2.0, cached_input=0.1), max_tokens=500)
    models = {"mix": Ensemble(members={"s": 3.0, "l": 1.0}), "s": small, "l": large, "off": Offline()}
    facts = facts_by_role(models)["mix"]
    assert facts.prices == Prices(input=3.0, output=5.0)
    assert (facts.max_tokens, facts.room, facts.shares) == (500, 1000, {"s": 0.75, "l": 0.25})
    assert facts_by_role({**models, "l": OpenAI(model="l")})["mix"].prices is None
    whole = facts_by_role({**models, "mix": Ensemble(members={"off": 1.0})})["mix"]
    assert (whole.prices, whole.room, whole.max_tokens) == (FREE, None, None)


def test_a_check_is_asked_for_where_there_is_one():
    class Checks:
        def check(self, role):
            raise LLMError(f"{role} {KEY} is not set") if role == "fast" else KeyError(KEY)

    check_keys(Silent(), "fast", ())
    with pytest.raises(LLMError, match=r"^fast \[redacted\] is not set$"):
        check_keys(Checks(), "fast", (KEY,))
    with pytest.raises(LLMError, match=r"its check: KeyError at test_facts.py:\d+: '\[redacted\]'. This is a fault"):
        check_keys(Checks(), "slow", (KEY,))
