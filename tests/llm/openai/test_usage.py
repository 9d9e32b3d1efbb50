"""What vendors say was used: the largest reading that is consistent, and nothing below what stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.llm.openai.usage import TokenUsage, read_usage


def usage(**said):
    found = read_usage({"usage": said})
    return found.prompt, found.completion


@pytest.mark.parametrize(
    ("said", "tokens"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}, (7, 5)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 112, "reasoning_tokens": 100}, (7, 105)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 112}, (7, 105)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 0}, (7, 5)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "reasoning_tokens": 100}, (7, 105)),
        (
            {"prompt_tokens": 7, "completion_tokens": 105, "completion_tokens_details": {"reasoning_tokens": 100}},
            (7, 105),
        ),
        ({"prompt_tokens": "7", "completion_tokens": 5.0}, (7, 5)),
        ({"prompt_tokens": 7.2, "completion_tokens": "5"}, (8, 5)),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, (None, 0)),
        ({"prompt_tokens": 7}, (7, None)),
        ({"input_tokens": 7, "output_tokens": 5}, (7, 5)),
        ({"prompt_tokens": 0, "input_tokens": 7, "completion_tokens": 0, "output_tokens": 5}, (7, 5)),
        (
            {"input_tokens": 7, "output_tokens": 5, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 3},
            (100, 5),
        ),
        ({"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105, "cache_read_input_tokens": 90}, (100, 5)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 102, "cached_tokens": 90}, (97, 5)),
        ({"prompt_cache_hit_tokens": 90, "prompt_cache_miss_tokens": 7, "completion_tokens": 5}, (97, 5)),
        ({"prompt_tokens": True, "completion_tokens": -5}, (None, None)),
        ({"prompt_tokens": "many", "completion_tokens": 1e30}, (None, None)),
        ({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": float("nan")}, (7, 5)),
    ],
)
def test_readings(said, tokens):
    assert usage(**said) == tokens


@pytest.mark.parametrize(
    "answer",
    [
        {
            "usageMetadata": {
                "promptTokenCount": 7,
                "candidatesTokenCount": 5,
                "thoughtsTokenCount": 9,
                "totalTokenCount": 21,
            }
        },
        {"usage": None, "x_groq": {"usage": {"prompt_tokens": 7, "completion_tokens": 14}}},
        {"choices": [{"usage": {"prompt_tokens": 7, "completion_tokens": 14}}]},
        {"prompt_eval_count": 7, "eval_count": 14},
    ],
)
def test_places(answer):
    found = read_usage(answer)
    assert (found.prompt, found.completion) == (7, 14)


def test_cached_tokens_are_never_more_than_the_prompts():
    for name in ("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens"):
        assert read_usage({"usage": {"prompt_tokens": 7, "completion_tokens": 5, name: 6}}).cached == 6
    assert read_usage({}) == TokenUsage()


COUNT = st.integers(0, 10**6)


@given(prompt=COUNT, completion=COUNT, total=COUNT, reasoning=COUNT, cached=COUNT)
def test_nothing_is_booked_below_what_stands_there(prompt, completion, total, reasoning, cached):
    said = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total,
        "completion_tokens_details": {"reasoning_tokens": reasoning},
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    found = read_usage({"usage": said})
    assert (found.prompt or 0) >= max(prompt, cached)
    assert (found.completion or 0) >= max(completion, reasoning)
    assert (found.prompt or 0) + (found.completion or 0) >= total or not prompt
