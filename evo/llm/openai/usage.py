"""What an answer says it used, in the spellings of many vendors. Pure.

No figure is believed by itself: texts and floats are read as numbers, what cannot be a count is no count, and where
figures contradict one another the largest reading that is consistent with the others is taken. Nothing is booked below
what stands there; what does not stand there is None, and whoever books it says that it was guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.canonical import JSON

_Object: TypeAlias = "dict[str, JSON]"

_TOKENS_MAX = 2**26
"""No prompt and no answer has more; a larger figure is none."""
_PROMPT = ("prompt_tokens", "input_tokens", "promptTokenCount", "inputTokens", "prompt_eval_count")
_COMPLETION = (
    *("completion_tokens", "output_tokens", "candidatesTokenCount", "outputTokens", "eval_count"),
    "generated_tokens",
)
_TOTAL = ("total_tokens", "totalTokenCount", "totalTokens")
_REASONING = ("reasoning_tokens", "thoughtsTokenCount", "thinking_tokens", "thoughts_tokens")
_CACHED = (
    *("cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens", "cachedContentTokenCount"),
    *("num_cached_tokens", "cacheReadInputTokens", "cache_read_tokens"),
)
_CACHE_WRITTEN = ("cache_creation_input_tokens", "cacheWriteInputTokens")
_BESIDE = (*_CACHE_WRITTEN, "cache_read_input_tokens", "cacheReadInputTokens")
_MISSED = ("prompt_cache_miss_tokens",)
_PROMPT_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_COMPLETION_DETAILS = ("completion_tokens_details", "output_tokens_details")
_PLACES = (("usage",), ("usageMetadata",), ("usage_metadata",), ("x_groq", "usage"), ())
"""Where an answer says it; the last is the answer itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """Tokens of one answer; None where it does not say.

    Attributes:
        prompt, completion: what is charged; reasoning is among the completion's.
        cached: of the prompt's, those billed as cached. reasoning: of the completion's, those that were kept back.
    """

    prompt: int | None = None
    completion: int | None = None
    cached: int = 0
    reasoning: int = 0

    @property
    def known(self) -> bool:
        """Whether both figures were said."""
        return self.prompt is not None and self.completion is not None


def read_usage(answer: _Object) -> TokenUsage:
    """Return what an answer says it used, wherever in it and under whatever names."""
    found = [usage for place in _places(answer) if (usage := _read(place)) != TokenUsage()]
    return found[0] if found else TokenUsage()


def _places(answer: _Object) -> Iterator[_Object]:
    for path in _PLACES:
        place: JSON = answer
        for name in path:
            place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, dict):
            yield place
    choices = answer.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and isinstance(usage := choice.get("usage"), dict):
            yield usage


def _read(said: _Object) -> TokenUsage:
    total = _largest(said, _TOTAL)
    reasoning = _largest(said, _REASONING, _COMPLETION_DETAILS) or 0
    cached = _largest(said, _CACHED, _PROMPT_DETAILS) or 0
    written = _largest(said, _CACHE_WRITTEN, _PROMPT_DETAILS) or 0
    completion = _largest(said, _COMPLETION)
    prompt = _prompt(said, cached, written, total=total, completion=(completion or 0) + reasoning)
    completion = _completion(prompt, completion, total=total, reasoning=reasoning)
    return TokenUsage(prompt=prompt, completion=completion, cached=min(cached, prompt or 0), reasoning=reasoning)


def _prompt(said: _Object, cached: int, written: int, *, total: int | None, completion: int) -> int | None:
    """Return the prompt's tokens; those that were cached stand beside it at some vendors, and in it at others."""
    prompt, missed = _largest(said, _PROMPT), _largest(said, _MISSED)
    if prompt is None:
        return missed + cached if missed is not None else None
    beside = prompt + cached + written
    own_name = "prompt_tokens" in said or "promptTokenCount" in said
    apart = not own_name and any(name in said for name in _BESIDE)
    if prompt < cached or total == beside + completion or (total is None and apart):
        return beside or None
    # A prompt of no tokens is none: whoever says so has not counted.
    return max(prompt, 0 if missed is None else missed + cached) or None


def _completion(prompt: int | None, completion: int | None, *, total: int | None, reasoning: int) -> int | None:
    """Return the answer's tokens: the largest reading that the total bears out.

    Some vendors count what was thought in the completion, some beside it; the total, where there is one, tells which.
    """
    rest = 0 if total is None or prompt is None else total - prompt
    if rest > 0 and rest >= max(completion or 0, reasoning):
        return rest
    # More was thought than answered: without a total that says otherwise it stands beside the answer.
    return reasoning + (completion or 0) if reasoning > (completion or 0) else completion


def _largest(said: _Object, names: tuple[str, ...], within: tuple[str, ...] = ()) -> int | None:
    places = [said, *(inner for name in within if isinstance(inner := said.get(name), dict))]
    counts = [count for place in places for name in names if (count := _count(place.get(name))) is not None]
    return max(counts, default=None)


def _count(value: JSON) -> int | None:
    """Return a number of tokens, or None for anything that cannot be one; a fraction is rounded up."""
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", ""))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return math.ceil(value) if 0 <= value <= _TOKENS_MAX else None
