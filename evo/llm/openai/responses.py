"""From the bytes that an endpoint sent to a reply or a named trouble. Pure: no socket, no clock but the one given."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeAlias, cast

from evo.llm.trouble import Trouble, TroubleKind
from evo.records import Finish
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON

_Object: TypeAlias = "dict[str, JSON]"

_WORDS_MAX_BYTES = 600
_CONTEXT = re.compile(
    r"context.{0,20}(length|window|size)|maximum context|too many tokens|prompt is too long", re.IGNORECASE
)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not (permitted|allowed)|only the default|extra inputs",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"insufficient_quota|insufficient (credit|balance|funds)|exceeded your current quota", re.IGNORECASE
)
PARAMETERS = ("max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "reasoning_effort")
"""The parameters that some model or other refuses."""

_TOKENS_MAX = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as an endpoint gave it.

    Attributes:
        text: sanitised; may be "" for a refusal or an answer that was cut off.
        prompt_tokens, completion_tokens: usage; None where the endpoint does not say.
        cached_tokens: of the prompt's tokens, those billed as cached. reasoning_tokens: of the completion's, those
            that the model kept to itself.
    """

    text: str
    finish: Finish
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int = 0
    reasoning_tokens: int = 0


def read(status: int, headers: Mapping[str, str], body: bytes, *, now: float) -> Reply | Trouble:
    """Read a whole response.

    Args:
        status: the HTTP status.
        headers: by lower-case name.
        body: complete and within the size limit; invalid UTF-8 is replaced, not refused.
        now: Unix time in seconds, for a Retry-After that is a date.
    """
    text = body.decode("utf-8", "replace")
    try:
        value = cast("JSON", json.loads(text))
    except (ValueError, RecursionError):
        value = None
    if status != 200:  # noqa: PLR2004 - the one status that carries an answer
        return _refused(status, headers, value, _words(value, text), now)
    if not isinstance(value, dict):
        kind = headers.get("content-type", "no content type").partition(";")[0]
        words = f"expected a JSON object; got {kind}: {_short(text, 200)}"
        return Trouble(kind=TroubleKind.MALFORMED, detail=words, paid=True)
    if value.get("error"):
        return _error_in_success(value, headers, now)
    return _reply(value)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return how many seconds an endpoint asks to wait: in milliseconds, seconds or as a date; None if it does not."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text:
            continue
        try:
            seconds = float(text) * scale
        except ValueError:
            try:
                seconds = parsedate_to_datetime(text).timestamp() - now
            except (ValueError, OverflowError):
                continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _refused(status: int, headers: Mapping[str, str], value: JSON, words: str, now: float) -> Trouble:
    detail, wait = f"{status} {words}".strip(), retry_after(headers, now)
    code = _field(value, "code")
    if status in {401, 403}:
        return Trouble(kind=TroubleKind.KEY_REFUSED, detail=detail)
    if status == 402 or (status == 429 and _CREDIT.search(f"{code} {words}")):  # noqa: PLR2004 - HTTP
        return Trouble(kind=TroubleKind.NO_CREDIT, detail=detail)
    if status == 429:  # noqa: PLR2004 - HTTP
        return Trouble(kind=TroubleKind.RATE_LIMITED, detail=detail, wait_seconds=wait)
    if status in {408, 409, 425} or status >= 500:  # noqa: PLR2004 - HTTP
        return Trouble(kind=TroubleKind.OVERLOADED, detail=detail, wait_seconds=wait)
    if code == "context_length_exceeded" or status == 413 or _CONTEXT.search(words):  # noqa: PLR2004 - HTTP
        return Trouble(kind=TroubleKind.TOO_LONG, detail=detail)
    parameter = _parameter(value, words)
    if status in {400, 422} and parameter:
        return Trouble(kind=TroubleKind.PARAMETER, detail=detail, parameter=parameter)
    if status == 404:  # noqa: PLR2004 - HTTP
        return Trouble(kind=TroubleKind.NOT_FOUND, detail=detail)
    if 200 < status < 400:  # noqa: PLR2004 - HTTP
        to = headers.get("location", "")
        moved = f"; it points to {to}, which is not asked because base_url does not name it" if to else ""
        return Trouble(kind=TroubleKind.NOT_FOUND, detail=f"expected status 200; got {status}{moved}")
    return Trouble(kind=TroubleKind.REJECTED, detail=detail)


def _error_in_success(value: _Object, headers: Mapping[str, str], now: float) -> Trouble:
    """Read an error that came with status 200 as what its code says."""
    for name in ("code", "status"):
        found = _field(value, name)
        if found.isdecimal() and 400 <= int(found) < 600:  # noqa: PLR2004 - HTTP
            return _refused(int(found), headers, value, _words(value, ""), now)
    words = _words(value, "")
    if "rate" in f"{_field(value, 'code')} {_field(value, 'type')}".lower():
        return Trouble(kind=TroubleKind.RATE_LIMITED, detail=words, wait_seconds=retry_after(headers, now))
    return Trouble(kind=TroubleKind.OVERLOADED, detail=f"an error in a 200: {words}")


def _reply(value: _Object) -> Reply | Trouble:
    usage = _object(value.get("usage"))
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    known = prompt is not None and completion is not None
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return Trouble(
            kind=TroubleKind.MALFORMED,
            detail=f"expected choices with a message; got choices: {_short(json.dumps(choices), 200)}",
            paid=not known,
            prompt_tokens=prompt or 0,
            completion_tokens=completion or 0,
        )
    text, refusal = _content(message.get("content")), message.get("refusal")
    finish = _finish(choice.get("finish_reason"), refused=bool(refusal))
    if finish is Finish.REFUSAL and isinstance(refusal, str):
        text = sanitise(refusal)
    if finish is Finish.STOP and not text.strip():
        return Trouble(
            kind=TroubleKind.EMPTY,
            detail="the model stopped without a word",
            paid=not known,
            prompt_tokens=prompt or 0,
            completion_tokens=completion or 0,
        )
    model = value.get("model")
    return Reply(
        text=text,
        finish=finish,
        model=sanitise(model)[:200] if isinstance(model, str) else "",
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=_count(_object(usage.get("prompt_tokens_details")).get("cached_tokens")) or 0,
        reasoning_tokens=_count(_object(usage.get("completion_tokens_details")).get("reasoning_tokens")) or 0,
    )


def _content(content: JSON) -> str:
    """Return the text of a content that is a string, a list of parts, or absent."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    return sanitise(content) if isinstance(content, str) else ""


def _finish(reason: JSON, *, refused: bool) -> Finish:
    if refused or reason in {"content_filter", "refusal", "safety"}:
        return Finish.REFUSAL
    return Finish.LENGTH if reason in {"length", "max_tokens", "model_length"} else Finish.STOP


def _count(value: JSON) -> int | None:
    """Return a number of tokens, or None for anything that cannot be one."""
    return value if type(value) is int and 0 <= value <= _TOKENS_MAX else None


def _object(value: JSON) -> _Object:
    return value if isinstance(value, dict) else {}


def _error(value: JSON) -> JSON:
    return value.get("error", value.get("detail")) if isinstance(value, dict) else None


def _field(value: JSON, name: str) -> str:
    found = _object(_error(value)).get(name)
    return str(found) if isinstance(found, str | int) else ""


def _parameter(value: JSON, words: str) -> str:
    """Return the parameter that a rejection is about, "" when it is about none that can be left out."""
    named = _field(value, "param")
    if named in PARAMETERS:
        return named
    if not _UNSUPPORTED.search(words):
        return ""
    return next((name for name in PARAMETERS if re.search(rf"\b{name}\b", words)), "")


def _words(value: JSON, text: str) -> str:
    error = _error(value)
    message = _field(value, "message") or (error if isinstance(error, str) else "")
    return _short(message or (json.dumps(error) if error else text), _WORDS_MAX_BYTES)


def _short(text: str, most: int) -> str:
    return cut(" ".join(sanitise(text).split()), most)
