"""From bytes to a reply or a named trouble: total, and nothing strange gets through."""

import json
from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.llm.openai.quirks import Quirks
from evo.llm.openai.responses import Reply, read, retry_after
from evo.llm.trouble import Remedy, Trouble, TroubleKind, remedy
from evo.records import Finish

PLAIN = {"content-type": "application/json"}


def answer(**changes):
    message = {"role": "assistant", "content": "hello"}
    return {"model": "m", "choices": [{"message": message, "finish_reason": "stop"}]} | changes


def given_body(value, status=200, headers=PLAIN):
    return read(status, headers, json.dumps(value).encode(), now=1000.0)


def choice(message, finish="stop"):
    return answer(choices=[{"message": message, "finish_reason": finish}])


def test_a_plain_answer():
    usage = {
        "prompt_tokens": 7,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 3},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    assert given_body(answer(usage=usage)) == Reply(
        text="hello",
        finish=Finish.STOP,
        model="m",
        prompt_tokens=7,
        completion_tokens=5,
        cached_tokens=3,
        reasoning_tokens=2,
    )


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -1, "completion_tokens": True}, [], "7"])
def test_usage_that_cannot_be_is_none(usage):
    reply = given_body(answer(usage=usage))
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


def test_content_in_parts():
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]
    assert given_body(choice({"content": parts})).text == "ab"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("stop", Finish.STOP), (None, Finish.STOP), ("length", Finish.LENGTH), ("content_filter", Finish.REFUSAL)],
)
def test_why_it_stopped(reason, finish):
    assert given_body(choice({"content": "x"}, reason)).finish is finish


def test_an_empty_answer_that_was_cut_off_is_cut_off():
    assert given_body(choice({"content": None}, "length")).finish is Finish.LENGTH
    assert given_body(choice({"content": "  \n"})).kind is TroubleKind.EMPTY


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (401, {}, TroubleKind.KEY_REFUSED),
        (403, {}, TroubleKind.KEY_REFUSED),
        (402, {}, TroubleKind.NO_CREDIT),
        (429, {}, TroubleKind.RATE_LIMITED),
        (429, {"code": "insufficient_quota"}, TroubleKind.NO_CREDIT),
        (408, {}, TroubleKind.GATEWAY),
        (529, {}, TroubleKind.OVERLOADED),
        (404, {}, TroubleKind.NOT_FOUND),
        (308, {}, TroubleKind.NOT_FOUND),
        (413, {}, TroubleKind.TOO_LONG),
        (400, {"code": "context_length_exceeded"}, TroubleKind.TOO_LONG),
        (400, {"message": "This model's maximum context length is 4096 tokens"}, TroubleKind.TOO_LONG),
        (400, {"message": "no"}, TroubleKind.REJECTED),
        (400, {"message": "'temperature' does not support 0.2; only the default (1) value"}, TroubleKind.PARAMETER),
        (400, {"message": "Use 'max_completion_tokens' instead", "param": "max_tokens"}, TroubleKind.PARAMETER),
        (422, {"message": "Unsupported parameter: seed"}, TroubleKind.PARAMETER),
    ],
)
def test_statuses(status, error, kind):
    found = given_body({"error": error}, status)
    assert found.kind is kind


def test_every_kind_has_a_remedy():
    assert {remedy(kind) for kind in TroubleKind} == set(Remedy)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": formatdate(1007, usegmt=True)}, 7.0),
        ({"retry-after": formatdate(900, usegmt=True)}, 0.0),
        ({"retry-after": formatdate(5007, usegmt=True), "date": formatdate(5000, usegmt=True)}, 7.0),
        ({"retry-after": formatdate(1007, usegmt=True), "date": "yesterday"}, 7.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers, seconds):
    assert retry_after(headers, 1000.0) == seconds


@settings(max_examples=150, deadline=None)
@given(status=st.sampled_from([200, 204, 301, 400, 401, 429, 500]), body=st.binary(max_size=60))
def test_bytes_of_any_kind(status, body):
    assert isinstance(read(status, {}, body, now=0.0), Trouble)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "usage", "error", "code", "refusal", "finish_reason"]),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(value=JSON, status=st.sampled_from([200, 400, 429]))
def test_json_of_any_shape(value, status):
    found = given_body(value, status)
    text = found.text if isinstance(found, Reply) else found.detail
    text.encode()
    assert len(found.detail if isinstance(found, Trouble) else "") < 1000


def test_deep_json_is_refused():
    assert read(200, {}, b"[" * 100_000, now=0.0).kind is TroubleKind.MALFORMED


def test_a_request_is_sent_in_the_form_that_is_taken():
    quirks = Quirks()
    body = {"model": "m", "max_tokens": 5, "temperature": 1.0}
    assert quirks.learn("max_tokens", body)
    assert quirks.fit(body) == {"model": "m", "max_completion_tokens": 5, "temperature": 1.0}
    assert quirks.learn("max_completion_tokens", quirks.fit(body))
    assert quirks.fit(body) == {"model": "m", "temperature": 1.0}
    assert not quirks.learn("seed", quirks.fit(body)), "what was not sent cannot have been the matter"
    assert quirks.refused == ("max_tokens", "max_completion_tokens", "seed")
