"""From the bytes that an endpoint sent to a reply or a named trouble. Pure: no socket, no clock but the one given."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeAlias, cast

from evo.llm.openai.refusals import (
    CAPS,
    Filtered,
    asked_wait,
    depends_on_prompt,
    is_too_large,
    meaning_of,
    plain_words,
    refused_parameter,
    wants_context,
)
from evo.llm.openai.usage import TokenUsage, read_usage
from evo.llm.trouble import Trouble, TroubleKind
from evo.records import Finish
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.llm.openai.stream import StreamedAnswer

_Object: TypeAlias = "dict[str, JSON]"

_WORDS_MAX_BYTES = 600
_REASONING_MAX_BYTES = 1_000_000
_GATEWAY = frozenset({408, 502, 504, 520, 524, 598, 599})
"""Statuses of somebody between us and the model: it may have answered, and may charge for it."""
_LONG_SECONDS = 5.0
"""A gateway that gives up after less had other reasons than its patience."""

_CUT_OFF = frozenset(
    {
        *("length", "max_tokens", "model_length", "max_length", "max_output_tokens", "token_limit"),
        *("max_tokens_reached", "model_context_window_exceeded", "context_length_exceeded"),
    }
)
_REFUSED = frozenset(
    {
        *("content_filter", "content_filtered", "refusal", "safety", "recitation", "prohibited_content", "blocklist"),
        *("spii", "sensitive", "guardrail_intervened", "image_safety"),
    }
)
_BROKEN_OFF = frozenset(
    {
        *("error", "abort", "aborted", "cancelled", "canceled", "network_error", "insufficient_system_resource"),
        *("insufficient_system_resources", "insufficient_resources", "timeout", "server_error"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as an endpoint gave it.

    Attributes:
        text: sanitised; may be "" for a refusal or an answer that was cut off.
        prompt_tokens, completion_tokens: usage; None where the endpoint does not say.
        cached_tokens: of the prompt's tokens, those billed as cached. reasoning_tokens: of the completion's, those
            that the model kept to itself.
        reasoning: what the model said that it thought; for people, never parsed.
    """

    text: str
    finish: Finish
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    reasoning: str = ""

    @property
    def thinks(self) -> bool:
        """Whether the model thought before it answered."""
        return bool(self.reasoning_tokens or self.reasoning)


def read(status: int, headers: Mapping[str, str], body: bytes, *, now: float, seconds: float = 0.0) -> Reply | Trouble:
    """Read a whole response.

    Args:
        status: the HTTP status.
        headers: by lower-case name.
        body: complete and within the size limit; invalid UTF-8 is replaced, not refused.
        now: Unix time in seconds, for a Retry-After that is a date where the answer has no date of its own.
        seconds: how long the call took, for what a gateway that gave up is told of.
    """
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        value = cast("JSON", json.loads(text))
    except (ValueError, RecursionError):
        value = None
    if status != 200:  # noqa: PLR2004 - the one status that carries an answer
        return _refused(status, headers, value, _words(value, text), now=now, seconds=seconds)
    if not isinstance(value, dict):
        kind = headers.get("content-type", "no content type").partition(";")[0]
        words = f"expected a JSON object; got {kind}: {_short(plain_words(text), 200)}"
        return Trouble(kind=TroubleKind.MALFORMED, detail=words, paid=True)
    return read_answer(value, headers, now=now, seconds=seconds)


def read_answer(value: _Object, headers: Mapping[str, str], *, now: float, seconds: float = 0.0) -> Reply | Trouble:
    """Read the object of an answer that came with status 200, whole or put together from a stream."""
    if value.get("error") or (not value.get("choices") and isinstance(_error(value), dict)):
        return _error_in_success(value, headers, now, seconds)
    return _reply(value)


def read_stream(answer: StreamedAnswer, headers: Mapping[str, str], *, now: float) -> Reply | Trouble:
    """Read an answer that came piece by piece."""
    if answer.error is not None:
        found = _error_in_success(answer.error, headers, now, 0.0)
        # What came before the error may have to be paid for.
        return replace(found, paid=True) if isinstance(found, Trouble) and answer.begun else found
    if answer.flaw and not answer.begun:
        return Trouble(kind=TroubleKind.MALFORMED, detail=answer.flaw, paid=True)
    if not answer.complete and not answer.runaway:
        words = f"the stream broke off after {answer.size} characters"
        return Trouble(kind=TroubleKind.RESET, detail=words, paid=True)
    return _reply(answer.answer())


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return how many seconds an endpoint asks to wait: in milliseconds, seconds or as a date; None if it does not.

    A date is read against the answer's own: the clocks of two machines differ.
    """
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text:
            continue
        try:
            seconds = float(text) * scale
        except ValueError:
            then, sent = _date(text), _date(headers.get("date", ""))
            if then is None:
                continue
            seconds = then - (now if sent is None else sent)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None


def _refused(
    status: int, headers: Mapping[str, str], value: JSON, words: str, *, now: float, seconds: float
) -> Reply | Trouble:
    detail = words if words.startswith(str(status)) else f"{status} {words}".strip()
    code = " ".join(filter(None, (_field(value, name) for name in ("code", "type", "status"))))
    meaning = meaning_of(status, code, words)
    if isinstance(meaning, Filtered):
        return Reply(text=words, finish=Finish.REFUSAL, completion_tokens=0)
    parameter = refused_parameter(_field(value, "param"), words) if status in {400, 422} else ""
    own_length = parameter in CAPS and is_too_large(words) and not depends_on_prompt(words)
    if meaning is None and wants_context(code, words) and status in {400, 413, 422} and not own_length:
        # Where the endpoint says how much room the prompt leaves, a shorter answer may do.
        return Trouble(kind=TroubleKind.TOO_LONG, detail=detail, parameter=CAPS[0] if depends_on_prompt(words) else "")
    if meaning is None and parameter:
        return Trouble(kind=TroubleKind.PARAMETER, detail=detail, parameter=parameter)
    kind = meaning or _kind_of(status)
    wait = retry_after(headers, now)
    if kind is TroubleKind.RATE_LIMITED and wait is None:
        wait = asked_wait(words)
    to = headers.get("location", "") if 200 < status < 400 else ""  # noqa: PLR2004 - HTTP
    if to or 200 < status < 400:  # noqa: PLR2004 - HTTP
        moved = f"; it points to {to}, which is not asked because base_url does not name it" if to else ""
        detail = f"expected status 200; got {status}{moved}"
    if kind is TroubleKind.GATEWAY:
        detail = f"{detail}; {_patience(seconds)}"
    return Trouble(kind=kind, detail=detail, wait_seconds=wait, paid=kind is TroubleKind.GATEWAY)


def _kind_of(status: int) -> TroubleKind:
    """Return what a status that is no answer means, where the words do not say."""
    match status:
        case 401 | 403:
            return TroubleKind.KEY_REFUSED
        case 402:
            return TroubleKind.NO_CREDIT
        case 407:
            return TroubleKind.PROXY_REFUSED
        case 429:
            return TroubleKind.RATE_LIMITED
        case 413:
            return TroubleKind.TOO_LONG
        case _ if status in _GATEWAY:
            return TroubleKind.GATEWAY
        case _ if status in {409, 425} or status >= 500:  # noqa: PLR2004 - HTTP
            return TroubleKind.OVERLOADED
        case _ if status == 404 or 200 < status < 400:  # noqa: PLR2004 - HTTP
            return TroubleKind.NOT_FOUND
        case _:
            return TroubleKind.REJECTED


def _patience(seconds: float) -> str:
    """Say what is known of a gateway that gave up, and what to do."""
    if seconds < _LONG_SECONDS:
        return "the gateway lost the model, which may have answered"
    return f"the gateway gives up after {seconds:.0f} s; stream or raise its limit"


def _error_in_success(value: _Object, headers: Mapping[str, str], now: float, seconds: float) -> Reply | Trouble:
    """Read an error that came with status 200 as what its code says."""
    words, codes = _words(value, ""), [_field(value, name) for name in ("code", "status", "type")]
    for found in codes:
        if found.isdecimal() and 400 <= int(found) < 600:  # noqa: PLR2004 - HTTP
            return _refused(int(found), headers, value, words, now=now, seconds=seconds)
    meaning = meaning_of(200, " ".join(codes), words)
    if isinstance(meaning, Filtered):
        return Reply(text=words, finish=Finish.REFUSAL, completion_tokens=0)
    if meaning is not None:
        return Trouble(kind=meaning, detail=words)
    if "rate" in f"{codes[0]} {codes[2]}".lower():
        wait = retry_after(headers, now)
        return Trouble(
            kind=TroubleKind.RATE_LIMITED, detail=words, wait_seconds=asked_wait(words) if wait is None else wait
        )
    return Trouble(kind=TroubleKind.OVERLOADED, detail=f"an error in a 200: {words}")


def _reply(value: _Object) -> Reply | Trouble:
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    usage = read_usage(value)
    if not isinstance(choice, dict) or not isinstance(message, dict):
        words = f"expected choices with a message; got choices: {_short(json.dumps(choices), 200)}"
        return _useless(TroubleKind.MALFORMED, words, usage)
    text, refusal = _content(message.get("content")), message.get("refusal")
    reasoning = _reasoning(message)
    if usage.completion == 0 and (text or reasoning):
        usage = TokenUsage(prompt=usage.prompt, cached=usage.cached)  # what was said has been counted by nobody
    reason = _reason(choice.get("finish_reason"))
    if reason in _BROKEN_OFF:
        return _useless(TroubleKind.ABORTED, f"the model stopped with {reason!r}", usage)
    finish = _finish(reason, refused=bool(refusal))
    if finish is Finish.REFUSAL and isinstance(refusal, str):
        text = sanitise(refusal)
    if finish is Finish.STOP and not text.strip():
        return _useless(TroubleKind.EMPTY, "the model stopped without a word", usage)
    model = value.get("model")
    return Reply(
        text=text,
        finish=finish,
        model=sanitise(model)[:200] if isinstance(model, str) else "",
        prompt_tokens=usage.prompt,
        completion_tokens=usage.completion,
        cached_tokens=usage.cached,
        reasoning_tokens=usage.reasoning,
        reasoning=reasoning,
    )


def _useless(kind: TroubleKind, words: str, usage: TokenUsage) -> Trouble:
    """Return what an answer that is of no use comes to: its usage, or what nobody says."""
    return Trouble(
        kind=kind,
        detail=words,
        paid=not usage.known,
        prompt_tokens=usage.prompt or 0,
        completion_tokens=usage.completion or 0,
    )


def _reasoning(message: _Object) -> str:
    """Return what the model said that it thought, where the endpoint hands it over beside the answer."""
    said = (_content(message.get(name)) for name in ("reasoning_content", "reasoning", "thinking"))
    return cut(next(filter(None, said), ""), _REASONING_MAX_BYTES)


def _content(content: JSON) -> str:
    """Return the text of a content that is a string, a list of parts, or absent."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    return sanitise(content) if isinstance(content, str) else ""


def _reason(reason: JSON) -> str:
    """Return why a model stopped, without the case and the prefixes of vendors: `FinishReason.MAX_TOKENS`."""
    if not isinstance(reason, str):
        return ""
    bare = reason.strip().rpartition(".")[2].lower().replace("-", "_").replace(" ", "_")
    return bare.removeprefix("finish_reason_")


def _finish(reason: str, *, refused: bool) -> Finish:
    if refused or reason in _REFUSED:
        return Finish.REFUSAL
    return Finish.LENGTH if reason in _CUT_OFF else Finish.STOP


def _object(value: JSON) -> _Object:
    return value if isinstance(value, dict) else {}


def _error(value: JSON) -> JSON:
    """Return the part of an answer that says what went wrong; the whole of it where it has no part for that."""
    if not isinstance(value, dict):
        return None
    for name in ("error", "detail", "errors"):
        if value.get(name):
            return value[name]
    whole = any(isinstance(value.get(name), str) for name in ("message", "msg")) and "choices" not in value
    return value if whole else None


def _field(value: JSON, name: str) -> str:
    found = _object(_error(value)).get(name)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _words(value: JSON, text: str) -> str:
    error = _error(value)
    message = _field(value, "message") or _field(value, "msg") or (error if isinstance(error, str) else "")
    return _short(plain_words(message or (json.dumps(error) if error else text)), _WORDS_MAX_BYTES)


def _short(text: str, most: int) -> str:
    return cut(" ".join(sanitise(text).split()), most)
