"""What a model may say about itself."""

import pytest

from evo.errors import EvoError
from evo.llm.model import SECRET_MIN, ModelFacts
from evo.llm.prices import Prices
from evo.records import Request
from evo.text import REDACTED


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"secrets": "sk-0123456789"}, "secrets: expected a tuple; got str"),
        ({"members": ["fast"]}, "members: expected a tuple; got list"),
        ({"prices": {"input": 1, "output": 2}}, "prices: expected Prices or None; got dict"),
        ({"context_tokens": 0}, "context_tokens: expected a whole number above 0; got 0"),
        ({"max_tokens": 2.5}, "max_tokens: expected a whole number above 0; got 2.5"),
        ({"tries": None, "max_tokens": -1}, "max_tokens: expected"),
        ({"members": ("a", "b"), "weights": (1.0,)}, "weights: expected one above 0 for each of 2 members"),
        ({"members": ("a",), "weights": (0.0,)}, "weights: expected one above 0"),
    ],
)
def test_facts_that_cannot_be(facts, words):
    with pytest.raises(EvoError, match=words):
        ModelFacts(**facts)


def test_placeholders_are_no_secrets():
    key = "k" * SECRET_MIN
    assert ModelFacts(secrets=("EMPTY", "", key, key, REDACTED, "redacted")).secrets == (key,)


def test_secrets_are_not_printed():
    assert "sk-0123456789" not in repr(ModelFacts(secrets=("sk-0123456789",)))


def test_the_room_is_what_the_context_leaves_beside_an_answer():
    assert ModelFacts().room is None
    assert ModelFacts(context_tokens=10_000, max_tokens=1_000).room == 9_000
    assert ModelFacts(context_tokens=10_000).room == 10_000 - Request.max_tokens


def test_members_share_the_calls_by_weight():
    assert ModelFacts(members=("a", "b"), weights=(3.0, 1.0)).shares == {"a": 0.75, "b": 0.25}
    assert ModelFacts(members=("a", "b")).shares == {"a": 0.5, "b": 0.5}
    assert ModelFacts(prices=Prices(input=1, output=1)).shares == {}
