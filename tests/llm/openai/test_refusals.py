"""What the words of a refusal say for certain, in the phrases of several vendors."""

import pytest

from evo.llm.openai.refusals import Filtered, asked_wait, meaning_of, named_cap, plain_words, refused_parameter
from evo.llm.trouble import TroubleKind

CONTEXT = "This model's maximum context length is"


@pytest.mark.parametrize(
    ("words", "cap"),
    [
        ("max_tokens is too large: 32768. This model supports at most 16384 completion tokens", 16384),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192),
        ("max_tokens must be less than or equal to `4,096`", 4096),
        ("max_tokens: 32768 > 8192, which is the maximum allowed for claude-3-5-sonnet-20241022", 8192),
        (f"{CONTEXT} 4097 tokens. However, you requested 33068 (300 in the messages, 32768 in the completion)", 3797),
        (f"'max_tokens' is too large: 32768. {CONTEXT} 4096 tokens and your request has 1200 input tokens", 2896),
        ("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 1000 `inputs` tokens and 32768", 3096),
        ("max_tokens is not supported with this model. Use 'max_completion_tokens' instead.", None),
        (f"{CONTEXT} 4096 tokens, the prompt has 5000 tokens", None),
    ],
)
def test_a_cap_that_is_named(words, cap):
    assert named_cap(words, 32768) == cap


@pytest.mark.parametrize(
    ("status", "code", "words", "meaning"),
    [
        (400, "", "API key not valid. Please pass a valid API key.", TroubleKind.KEY_REFUSED),
        (500, "", "Invalid API key provided", TroubleKind.KEY_REFUSED),
        (400, "", "The model `x` does not exist", TroubleKind.NOT_FOUND),
        (500, "model_not_found", "", TroubleKind.NOT_FOUND),
        (400, "", "x/y is not a valid model ID", TroubleKind.NOT_FOUND),
        (400, "", "Your credit balance is too low to access the API", TroubleKind.NO_CREDIT),
        (403, "insufficient_user_quota", "", TroubleKind.NO_CREDIT),
        (200, "", "Insufficient Balance", TroubleKind.NO_CREDIT),
        (429, "", "You exceeded your current quota, please check your plan", TroubleKind.NO_CREDIT),
        (429, "", "You exceeded your current quota. Please retry in 25.8s.", None),
        (429, "", "Rate limit reached for requests per min", None),
        (400, "content_filter", "The response was filtered", Filtered()),
        (400, "data_inspection_failed", "Input data may contain inappropriate content.", Filtered()),
        (500, "", "content filter is down", None),
        (400, "", "temperature: unsupported value", None),
        (503, "", "The model is overloaded", None),
    ],
)
def test_meanings(status, code, words, meaning):
    assert meaning_of(status, code, words) == meaning


def test_a_rejected_value_is_a_parameter_only_where_it_can_be_mended():
    assert refused_parameter("", "max_tokens must be at most 5") == "max_tokens"
    assert refused_parameter("", "temperature must be at most 1") == ""
    assert refused_parameter("temperature", "no") == "temperature"
    assert refused_parameter("stop", "Unknown parameter: stop") == ""


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 20s.", 20.0),
        ("Please try again in 1m2.5s", 62.5),
        ("retry after 250ms", 0.25),
        ("try again later", None),
    ],
)
def test_a_wait_in_words(words, seconds):
    assert asked_wait(words) == seconds


def test_pages_are_told_in_words():
    unseen = "<style>p {x: y}</style>", "<script>if (a < b) c()</script>"
    page = f"\ufeff<!DOCTYPE html><html>{unseen[0]}<h1>Sign in</h1>\n{unseen[1]}to go on &amp; ask"
    assert plain_words(page) == "Sign in to go on & ask"
    assert plain_words("a < b") == "a < b"
