"""What can be asked of the tickets to come: checked here before it is entered into the log, where it stays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from evo.errors import NotFoundError, UsageError, nearest
from evo.records import files_flaw
from evo.search.wishes import ACTIONS, BAN, BUDGET, HINT, MODEL, PIN, SEED, WEIGHT
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from evo.canonical import JSON

_WORDS_MAX, _TEXT_MAX, _WEIGHT_MAX = 2000, 200, 1e6
_KEYS: Mapping[str, frozenset[str]] = {
    HINT: frozenset({"words", "share"}),
    PIN: frozenset({"words", "share"}),
    BAN: frozenset({"words", "text"}),
    SEED: frozenset({"words", "files", "language"}),
    WEIGHT: frozenset({"operator", "weight"}),
    MODEL: frozenset({"role", "by"}),
    BUDGET: frozenset({"limit", "to"}),
}
_LIMITS = ("tickets", "evaluations", "seconds", "target", "patience")
"""Keys of the budget that commits alone decide; money and tokens are set aside before calls are made."""
_TO_MAX = 1e12


def checked_wish(
    data: Mapping[str, object], *, programs: Collection[str], operators: Collection[str], roles: Collection[str]
) -> dict[str, JSON]:
    """Return the data of a steering event, complete.

    Args:
        data: as somebody asked for it.
        programs: ids of the committed ones.
        operators: those of the run.
        roles: those of the run.

    Raises:
        UsageError: an unknown action or key, or a value that cannot be one.
        NotFoundError: a program, an operator or a role that the run does not have.
    """
    action = data.get("do")
    if not isinstance(action, str) or action not in ACTIONS:
        raise UsageError(f"steer: {action!r} cannot be asked for; expected one of {', '.join(ACTIONS)}, pause")
    if strange := [key for key in data if key not in {"do", *_KEYS[action]}]:
        raise UsageError(f"steer: {action} has no {strange[0]!r}; expected {', '.join(sorted(_KEYS[action]))}")
    found: dict[str, JSON] = {"do": action}
    if action == WEIGHT:
        operator = _named("operator", data.get("operator"), operators)
        return {**found, "operator": operator, "weight": _number("weight", data.get("weight"), 0, _WEIGHT_MAX)}
    if action == MODEL:
        return {**found, **{key: _named(key, data.get(key), roles) for key in ("role", "by")}}
    if action == BUDGET:
        return {**found, **_limit(data)}
    words = _text("words", data.get("words", "" if action == SEED else None), _WORDS_MAX, empty=action == SEED)
    if action in {HINT, PIN}:
        # A pin takes half of the tickets unless it is told otherwise: all of them would end the search around it.
        share = _number("share", data.get("share", 1.0 if action == HINT else 0.5), 0, 1)
        if share <= 0:
            raise UsageError("steer: share: expected a number over 0, at most 1; got 0")
        return {**found, "words": _program(words, programs) if action == PIN else words, "share": share}
    if action == BAN:
        text = _text("text", data.get("text", ""), _TEXT_MAX, empty=True)
        return {**found, "words": words, **({"text": text} if text else {})}
    return {**found, "words": words, **_files(data)}


def _limit(data: Mapping[str, object]) -> dict[str, JSON]:
    limit = data.get("limit")
    if limit in {"usd", "tokens"}:
        raise UsageError(
            f"steer: {limit} is set aside before a call is made, so it cannot change on the way; expected a pause and "
            f"`evo resume RUN --set budget.{limit}=X`"
        )
    if not isinstance(limit, str) or limit not in _LIMITS:
        hint = nearest(limit, _LIMITS) if isinstance(limit, str) else ""
        raise UsageError(f"steer: budget: {limit!r} is no limit{hint}; expected one of {', '.join(_LIMITS)}")
    if limit == "target":
        return {"limit": limit, "to": _number("target", data.get("to"), -_TO_MAX, _TO_MAX)}
    value = _number(limit, data.get("to"), 1, _TO_MAX)
    if limit != "seconds" and value != int(value):
        raise UsageError(f"steer: {limit}: expected a whole number; got {value!r}")
    return {"limit": limit, "to": value if limit == "seconds" else int(value)}


def _files(data: Mapping[str, object]) -> dict[str, JSON]:
    files, language = data.get("files"), data.get("language", "python")
    told: Mapping[str, object] = cast("Mapping[str, object]", files) if isinstance(files, dict) else {}
    if not told or not all(isinstance(text, str) for text in told.values()) or not isinstance(language, str):
        raise UsageError("steer: seed: expected files, an object of texts by their paths")
    texts = {path: sanitise(str(text)) for path, text in told.items()}
    if flaw := files_flaw(texts):
        raise UsageError(f"steer: seed: {flaw}")
    return {"files": {**texts}, "language": language}


def _text(name: str, value: object, most: int, *, empty: bool = False) -> str:
    text = " ".join(sanitise(value).split()) if isinstance(value, str) else None
    if text is None or len(text) > most or not (text or empty):
        raise UsageError(f"steer: {name}: expected a text of at most {most} characters; got {value!r:.80}")
    return text


def _number(name: str, value: object, low: float, high: float) -> float:
    usual = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not usual or not low <= cast("float", value) <= high:
        raise UsageError(f"steer: {name}: expected a number from {low:g} to {high:g}; got {value!r}")
    return float(cast("float", value))


def _named(name: str, value: object, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        hint = nearest(value, known) if isinstance(value, str) else ""
        raise NotFoundError(f"steer: no {name} {value!r}{hint}; this run has {', '.join(sorted(known))}")
    return value


def _program(words: str, programs: Collection[str]) -> str:
    found = [each for each in programs if each.startswith(words)]
    if len(found) != 1:
        raise NotFoundError(
            f"steer: {len(found)} programs of this run have an id that begins with {words!r}; expected one"
        )
    return found[0]
