"""Scripted faults: which one a call meets is a function of what it asks and how often that has been asked before."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import EvoError, nearest
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.llm.mock.dialects import WordsError

OK = "ok"

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "rate_limit": 429,
        "rate_limit_ms": 429,
        "rate_limit_date": 429,
        "rate_limit_bare": 429,
        "no_credit": 429,
        "error_500": 500,
        "error_502": 502,
        "error_503": 503,
        "error_529": 529,
        "error_408": 408,
        "error_504": 504,
        "error_524": 524,
        "payload": 413,
        "wrong_key": 400,
        "wrong_model": 400,
        "broke": 403,
        "filtered": 400,
        "unauthorized": 401,
        "forbidden": 403,
        "not_found": 404,
        "context": 400,
        "bad_request": 400,
        "redirect": 307,
    }
)
"""Faults that are a status with an error object."""

ANSWERED = frozenset({"error_502", "error_504", "error_524", "error_408", "hang"})
"""Faults behind which the model has answered: whoever serves it counts that, and may charge for it."""

UNCOUNTED = frozenset({"rate_limit_in_200", "no_credit_in_200"})
"""Faults of answers behind which there is no model's."""

BODY = (
    *("html", "truncated_json", "no_choices", "null_choices", "no_message", "error_in_200", "rate_limit_in_200"),
    *("null_content", "refusal", "content_filter", "length", "no_usage", "huge", "bad_utf8", "surrogate"),
    *("usage_zero", "usage_text", "usage_names", "usage_beside", "usage_cached", "finish_upper", "finish_error"),
    *("bom", "thoughts", "no_credit_in_200"),
)
"""Faults that are a wrong answer in a 200."""

WIRE = ("reset", "reset_early", "drip", "hang")
"""Faults of the connection: cut off within the body or before it, a byte at a time, never an answer."""

STREAM = ("stall", "stream_error", "endless", "sse")
"""Faults of a stream: it stands still after some pieces, breaks off with an error, never ends; or comes unasked."""

FAULTS = (OK, *STATUS, *BODY, *WIRE, *STREAM)
_KINDS = ("prompt", "completion")
_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "error_502": "Bad Gateway",
        "error_504": "Gateway Time-out",
        "error_524": "A timeout occurred",
        "payload": "Request Entity Too Large",
    }
)
HIDDEN_TOKENS = 300
"""What a model with thoughts takes for them, beside what is to be seen of its answer."""
_HUGE_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What to do wrong, and how often.

    Attributes:
        sequence: the first calls to the server meet these, in order of arrival ("ok" for none).
        shares: fault -> share of the calls after those, in all at most 1.
        seed: of the draws.
        retry_after_seconds: what `rate_limit` faults ask for.
    """

    sequence: tuple[str, ...] = ()
    shares: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    seed: int = 0
    retry_after_seconds: float = 0.05

    def __post_init__(self) -> None:
        """Check names and shares.

        Raises:
            EvoError: an unknown fault, or shares outside [0, 1] alone or together.
        """
        for name in (*self.sequence, *self.shares):
            if name not in FAULTS:
                raise EvoError(f"fault {name!r}: expected one of {', '.join(FAULTS)}{nearest(name, FAULTS)}")
        if any(share < 0 for share in self.shares.values()) or sum(self.shares.values()) > 1 + 1e-9:
            raise EvoError(f"faults: expected shares of 0 or more that add up to 1 at most; got {dict(self.shares)}")

    def draw(self, key: str, visit: int) -> str:
        """Return the fault of a call.

        Args:
            key: what is asked, as `mock.server` knows it.
            visit: how often the same was asked before.
        """
        point = stream(self.seed, "fault", key, visit).random()
        for name, share in sorted(self.shares.items()):
            if point < share:
                return name
            point -= share
        return OK


def status_answer(name: str, faults: Faults, key: str, error: WordsError) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a fault that is a status; like some providers it repeats the key it got."""
    seconds = faults.retry_after_seconds
    headers: dict[str, str] = {
        "rate_limit": {"Retry-After": f"{seconds:g}"},
        "rate_limit_ms": {"retry-after-ms": f"{seconds * 1000:g}", "Retry-After": "100"},
        "rate_limit_date": {"Retry-After": formatdate(time.time() + seconds, usegmt=True)},
        "redirect": {"Location": "http://127.0.0.1:1/v1/chat/completions"},
    }.get(name, {})
    if name in _PAGES:
        page = f"<html><head><style>p{{}}</style></head><body><h1>{STATUS[name]} {_PAGES[name]}</h1></body></html>"
        return STATUS[name], {"Content-Type": "text/html"}, page.encode()
    code, words = {
        "no_credit": ("insufficient_quota", "You exceeded your current quota"),
        "unauthorized": ("invalid_api_key", f"Incorrect API key provided: {key}"),
        "forbidden": ("forbidden", f"The key {key} may not use this model"),
        "not_found": ("model_not_found", "The model does not exist"),
        "wrong_model": ("invalid_request_error", "The model `mock-9` does not exist or you have no access to it"),
        "wrong_key": ("INVALID_ARGUMENT", f"API key not valid. Please pass a valid API key. ({key})"),
        "broke": ("forbidden", "Your credit balance is too low to access this model"),
        "filtered": ("content_filter", "The response was filtered due to the prompt triggering a content policy"),
        "context": ("context_length_exceeded", "This model's maximum context length is 8192 tokens"),
        "bad_request": ("invalid_request", f"The request is not understood (key {key})"),
    }.get(name, (name, f"scripted {name} for the key {key}"))
    body = json.dumps(error(STATUS[name], code, words)).encode()
    return STATUS[name], {**headers, "Content-Type": "application/json"}, body


def spoilt(name: str, answer: dict[str, JSON], room: int) -> tuple[str, bytes]:
    """Return content type and body of a fault that is a wrong answer.

    Args:
        name: of the fault.
        answer: the right one.
        room: tokens that were asked for beside those of the right one; what is hidden keeps to it.
    """
    message: dict[str, JSON] = {"role": "assistant", "content": _content(answer)}
    whole = json.dumps(answer).encode()
    match name:
        case "html":
            return "text/html", b"<html><body>Please sign in to the network.</body></html>"
        case "truncated_json":
            return "application/json", whole[: len(whole) * 2 // 3]
        case "bad_utf8":
            return "application/json", whole.replace(b'"content": "', b'"content": "\xff\xfe')
        case "huge":
            message["content"] = "x" * _HUGE_BYTES
        case "surrogate":
            message["content"] = "\ud800" + _content(answer)
        case "null_content":
            message["content"] = None
        case "refusal":
            message = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        case _:
            pass
    if name == "thoughts":
        message["reasoning_content"] = "First I look at it.\n```python\nraise SystemExit\n```\n"
    spoilt: dict[str, JSON] = dict(answer)
    finish = {
        "content_filter": "content_filter",
        "length": "length",
        "finish_upper": "FinishReason.MAX_TOKENS",
        "finish_error": "error",
    }.get(name, _finish(answer))
    spoilt["choices"] = [{"index": 0, "message": message, "finish_reason": finish}]
    changes: dict[str, dict[str, JSON]] = {
        "no_choices": {"choices": []},
        "null_choices": {"choices": None},
        "no_message": {"choices": [{"index": 0}]},
        "error_in_200": {"choices": None, "error": {"message": "upstream failed", "code": 502}},
        "rate_limit_in_200": {"choices": None, "error": {"message": "slow down", "code": 429}},
        "no_credit_in_200": {"choices": None, "error": {"message": "Insufficient Balance", "code": "invalid_request"}},
    }
    spoilt.update(changes.get(name, {}))
    if name == "no_usage":
        del spoilt["usage"]
    elif usage := _spoilt_usage(name, answer, hidden_tokens(name, room)):
        spoilt["usage"] = usage
    mark = b"\xef\xbb\xbf" if name == "bom" else b""
    return "application/json", mark + json.dumps(spoilt).encode()


def hidden_tokens(name: str, room: int) -> int:
    """Return the tokens of a fault's answer that are not to be seen in it, where there is room for so many."""
    return min(HIDDEN_TOKENS, room) if name in {"usage_beside", "thoughts"} else 0


def _spoilt_usage(name: str, answer: dict[str, JSON], hidden: int) -> dict[str, JSON] | None:
    """Return usage in another spelling; every one but zeros says the same as the right one."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, completion = (value if isinstance(value := usage.get(f"{kind}_tokens"), int) else 0 for kind in _KINDS)
    whole = completion + hidden
    details: dict[str, JSON] = {"reasoning_tokens": hidden}
    spellings: dict[str, dict[str, JSON]] = {
        "usage_zero": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "usage_text": {"prompt_tokens": str(prompt), "completion_tokens": float(completion)},
        "usage_names": {"input_tokens": prompt, "output_tokens": completion},
        "usage_beside": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + whole,
            "completion_tokens_details": details,
        },
        "thoughts": {"prompt_tokens": prompt, "completion_tokens": whole, "completion_tokens_details": details},
        "usage_cached": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "prompt_cache_hit_tokens": prompt // 2,
            "prompt_cache_miss_tokens": prompt - prompt // 2,
        },
    }
    return spellings.get(name)


def _finish(answer: dict[str, JSON]) -> JSON:
    choices = answer["choices"]
    choice = choices[0] if isinstance(choices, list) else None
    return choice.get("finish_reason") if isinstance(choice, dict) else None


def _content(answer: dict[str, JSON]) -> str:
    choices = answer["choices"]
    choice = choices[0] if isinstance(choices, list) else None
    message = choice.get("message") if isinstance(choice, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    return content if isinstance(content, str) else ""
