"""What an endpoint's words mean, whatever status they came with: no credit, no such model, a filter, a limit. Pure.

Vendors and gateways agree on statuses as little as on words, so both are looked at: what the words say for certain goes
first, the status decides the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from evo.llm.trouble import TroubleKind
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Sequence

PARAMETERS = (
    *("max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "reasoning_effort"),
    *("stream_options", "stream"),
)
"""The parameters that some model or other refuses."""

CAPS = ("max_tokens", "max_completion_tokens")
"""Those of them that bound an answer."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_CREDIT = _any(
    r"insufficient[_ ](user[_ ])?(quota|credit|balance|fund)",
    r"exceeded your current quota",
    r"(credit )?balance is too low",
    r"(no|not enough|out of|run out of|requires? more) credits?\b",
    r"payment[_ ]required",
    r"billing[_ ](hard[_ ])?limit",
    r"arrearage|account.{0,40}(overdue|in arrears)",
)
_PASSING = _any(r"(retry|try again) (in|after)\b", r"per[_ -]?(second|minute|hour|day)\b", r"\b[rt]p[mds]\b")
_CERTAIN_CREDIT = _any(r"insufficient_(user_)?quota|insufficient[_ ](credit|balance|fund)|balance is too low")
_KEY = _any(
    r"(invalid|incorrect|missing|expired|wrong|no) (api[ _-]?key|access[ _-]?token|credentials)",
    r"api[ _-]?key.{0,40}(not valid|invalid|missing|expired|not found|incorrect|required)",
    r"invalid_api_key|api_key_invalid|invalid_authentication|authentication_error|unauthenticated",
)
_MODEL = _any(
    r"model_not_(found|exist)|unknown_model|invalid_model|modelnotfound",
    r"no such model|(unknown|invalid) model\b",
    r"\bmodel\b.{0,120}?\b(does not exist|doesn't exist|do not exist|not exist|not found|was not found)",
    r"not a valid model|no endpoints found for",
)
_FILTER = _any(
    r"content[_ ]?(filter|policy|management policy|moderation|violation)|responsible_?ai",
    r"data_?inspection|safety (system|filter|polic)|prohibited[_ ]content|(inappropriate|sensitive) content",
    r"flagged (by|as|for)|content.{0,20}risk|blocked.{0,40}(safety|policy)",
)
_FILTER_STATUSES = frozenset({200, 400, 403, 422, 451})
_CONTEXT = _any(
    r"context.{0,20}(length|window|size)|maximum context|too many tokens|(prompt|input) is too long",
    r"context_length_exceeded|max_model_len|inputs?`? tokens \+ `?max_new_tokens",
)
_UNSUPPORTED = _any(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not (permitted|allowed)|only the default|extra inputs"
)
_TOO_MUCH = _any(
    r"too (large|high|big|long|many)|exceed|greater than|larger than|more than|less than|at most|at least|at maximum|"
    r"maximum|must be|range|limit|up to|[<>\u2264\u2265]"
)
_TOO_LARGE = _any(r"too (large|high|big|long)|exceed|greater than|larger than|must be (less|at most)|out of range")
_NUMBER = re.compile(r"(?<![\w.\-])\d{1,3}(?:[, _]\d{3})+(?![\w\-])|(?<![\w.\-])\d+(?![\w\-])(?!\.\d)")
_TAKEN = _any(
    r"(?P<before>\d[\d,_]*)\s*(?:in the (?:messages|prompt|input)|(?:input|prompt) tokens|`?inputs`? tokens"
    r"|(?:tokens? )?from the input)"
    r"|(?:prompt|input|messages)[^.\d]{0,40}?(?P<after>\d[\d,_]*) tokens"
)
_ROOM = _any(r"context[^.\d]{0,40}?(?P<context>\d[\d,_]*)|must be <= ?(?P<sum>\d[\d,_]*)")
_WAIT = _any(r"(?:retry|try again) (?:in|after) ((?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|seconds?|minutes?|hours?)\s*)+)")
_SPAN = _any(r"(\d+(?:\.\d+)?)\s*(ms|[smh])")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filter turned the prompt away: an answer of a kind, not asked for again."""


def meaning_of(status: int, code: str, words: str) -> TroubleKind | Filtered | None:
    """Return what the words of a refusal say for certain, None where the status has to tell.

    Args:
        status: of HTTP, or what stands in its place in an error that came in a 200.
        code: the error's code and type.
        words: its message.
    """
    said = f"{code} {words}"
    if _CREDIT.search(said) and (_CERTAIN_CREDIT.search(said) or not _PASSING.search(said)):
        return TroubleKind.NO_CREDIT
    if status != 429 and _KEY.search(said):  # noqa: PLR2004 - HTTP
        return TroubleKind.KEY_REFUSED
    if _MODEL.search(said):
        return TroubleKind.NOT_FOUND
    if status in _FILTER_STATUSES and _FILTER.search(said):
        return Filtered()
    return None


def wants_context(code: str, words: str) -> bool:
    """Tell whether prompt and answer together are held to be too long."""
    return bool(_CONTEXT.search(f"{code} {words}"))


def refused_parameter(named: str, words: str) -> str:
    """Return the parameter that a rejection is about, "" when it is about none that can be changed.

    Args:
        named: the parameter as the error names it, "" where it does not.
        words: its message.
    """
    if named in PARAMETERS:
        return named
    found = [name for name in PARAMETERS if re.search(rf"\b{name}\b", words)]
    if _UNSUPPORTED.search(words):
        return found[0] if found else ""
    # A rejected value: of all parameters, those that bound an answer can be mended, and a stream that is demanded.
    mended = [name for name in found if name in CAPS or name == "stream"]
    return mended[0] if mended else ""


def named_cap(words: str, sent: int) -> int | None:
    """Return the most tokens of an answer that a refusal leaves room for, None when it does not say.

    Args:
        words: of a refusal that is about the length of the answer, alone or with the prompt's.
        sent: the cap that was refused.
    """
    room, taken = _ROOM.search(words), _TAKEN.search(words)
    if room and taken:
        left = _figure(room["context"] or room["sum"]) - _figure(taken["before"] or taken["after"])
        return left if 0 < left < sent else None
    if not _TOO_MUCH.search(words):
        return None
    figures = [_figure(found) for found in _NUMBER.findall(words)]
    return max((figure for figure in figures if 0 < figure < sent), default=None)


def is_too_large(words: str) -> bool:
    """Tell whether a refusal is about too long an answer, rather than about a parameter that is not known."""
    return bool(_TOO_LARGE.search(words)) and not _UNSUPPORTED.search(words)


def depends_on_prompt(words: str) -> bool:
    """Tell whether the room that a refusal names is what this prompt leaves, so that it says nothing about others."""
    return bool(_TAKEN.search(words))


def asked_wait(words: str) -> float | None:
    """Return the seconds that a message asks to wait ("Please try again in 1m2.5s"), None when it asks for none."""
    found = _WAIT.search(words)
    if not found:
        return None
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in _SPAN.findall(found[1]))


def plain_words(text: str) -> str:
    """Return the words of a page without its tags; any other text as it is."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return text
    page = _Page()
    page.feed(text[:100_000])
    page.close()
    return " ".join(" ".join(page.words).split())


class _Page(HTMLParser):
    """Collects what a reader of a page would see."""

    _UNSEEN = frozenset({"script", "style", "template", "noscript"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        del attrs
        if tag in self._UNSEEN:
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            self._hidden.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(sanitise(data))


def _figure(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)
