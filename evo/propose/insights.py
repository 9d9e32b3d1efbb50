"""What an analyst notes of a program: short records, read strictly from a model's answer.

A bad answer is no error: the program is shown without insights, and the answer is counted. What is accepted is data
from a model, so each text becomes one short line wherever it is shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from evo.records import Finish
from evo.text import normalise_detail, sanitise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.canonical import JSON
    from evo.records import Completion

INSIGHTS_MAX = 8
TEXT_MAX_CHARS = 240
ANSWER_MAX_CHARS = 16_384
"""A longer answer is not read: eight records take a tenth of it."""


class InsightKind(StrEnum):
    """What an insight is about; the last four say what to do about the step that led to the program."""

    ALGORITHM = "algorithm"
    STRUCTURE = "structure"
    PARAMETERS = "parameters"
    NUMERICS = "numerics"
    EFFICIENCY = "efficiency"
    ROBUSTNESS = "robustness"
    IMITATE = "imitate"
    AVOID = "avoid"
    GENERALISE = "generalise"
    EXPLORE = "explore"


class Tag(StrEnum):
    """What it does to the score."""

    BENEFICIAL = "beneficial"
    HARMFUL = "harmful"
    NEUTRAL = "neutral"
    FRAGILE = "fragile"
    RIGID = "rigid"


class Severity(StrEnum):
    """How much it matters, most first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """One thing that was noted.

    Attributes:
        text: one line of 1 to 240 characters, from a model.
    """

    kind: InsightKind
    tag: Tag
    severity: Severity
    text: str


_FIELDS = ("kind", "tag", "severity", "text")
_BLOCK = re.compile(r"(?:\A|\n)(`{3,})(?:json)?[ \t]*\n(.*?)\n\1[ \t]*(?=\n|\Z)", re.DOTALL)
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def read(completion: Completion) -> tuple[Insight, ...] | str:
    """Read an analyst's answer.

    Args:
        completion: sanitised and durable.

    Returns:
        The insights, most severe first; or why the answer is not usable, in one line.
    """
    match completion.finish:
        case Finish.STOP:
            return parse(completion.text)
        case Finish.LENGTH:
            return "the answer stopped at its limit of tokens"
        case Finish.REFUSAL:
            return "the model refused"
        case Finish.ERROR | Finish.LAPSED:
            return "the model gave no answer"


def parse(text: str) -> tuple[Insight, ...] | str:
    """Read {"insights": [{kind, tag, severity, text}, ...]} from a text; total.

    The object may stand alone or as the only fenced block of the text. Every field has to be there and no other;
    nothing is repaired, and one bad record spoils the answer.
    """
    if len(text) > ANSWER_MAX_CHARS:
        return f"the answer has {len(text)} characters; expected at most {ANSWER_MAX_CHARS}"
    blocks = [found[2] for found in _BLOCK.finditer(text)]
    if len(blocks) > 1:
        return f"the answer has {len(blocks)} blocks; expected one"
    try:
        data = cast("JSON", json.loads(blocks[0] if blocks else text, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return "the answer is no JSON"
    if not isinstance(data, dict) or list(data) != ["insights"] or not isinstance(data["insights"], list):
        return 'expected an object whose only key is "insights", with a list'
    if not 1 <= len(data["insights"]) <= INSIGHTS_MAX:
        return f"expected 1 to {INSIGHTS_MAX} insights; got {len(data['insights'])}"
    found = [_record(number, record) for number, record in enumerate(data["insights"], 1)]
    wrong = next((each for each in found if isinstance(each, str)), None)
    if wrong:
        return wrong
    return by_severity([each for each in found if isinstance(each, Insight)])


def by_severity(insights: Sequence[Insight]) -> tuple[Insight, ...]:
    """Return them most severe first, otherwise as they came."""
    return tuple(sorted(insights, key=lambda each: _RANK[each.severity]))


def _record(number: int, record: JSON) -> Insight | str:
    if not isinstance(record, dict) or sorted(record) != sorted(_FIELDS):
        return f"insight {number}: expected the fields {', '.join(_FIELDS)}"
    values = [record[name] for name in _FIELDS]
    kind, tag, severity, text = (value if isinstance(value, str) else "" for value in values)
    for name, value, known in (("kind", kind, InsightKind), ("tag", tag, Tag), ("severity", severity, Severity)):
        if value not in set(known):
            return f"insight {number}: {name}: expected one of {', '.join(known)}"
    line = " ".join(normalise_detail(sanitise(text)).split())
    if not 1 <= len(line) <= TEXT_MAX_CHARS:
        return f"insight {number}: text: expected 1 to {TEXT_MAX_CHARS} characters; got {len(line)}"
    return Insight(kind=InsightKind(kind), tag=Tag(tag), severity=Severity(severity), text=line)


def _refuse(constant: str) -> JSON:
    raise ValueError(constant)
