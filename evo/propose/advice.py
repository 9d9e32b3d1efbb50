"""Advice: what a model is asked besides programs. Tactics are approaches for times without progress, notes sum up.

What a request for advice says rests on a digest of the log, frozen at the commit that called for it; so it may be
written at any later time, and again after a resume, with the same words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.text import cut, normalise_detail

if TYPE_CHECKING:
    from evo.propose.prompt.context import Step
    from evo.records import Purpose

NOTE_LINES = 8
_MOST_APPROACHES = 16
LINE_MAX_BYTES = 400
"""Of an item of advice."""
# What would make a heading, a quotation or a fence of an item is no part of it.
_ITEM = re.compile(r"\s*(?:[-*]|\d{1,2}[.)])\s+(?:#+|>+|`{3,}|~{3,})*\s*(.*\S)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a request for advice tells of the log.

    Attributes:
        purpose: TACTIC or NOTE.
        epoch: counts the requests of this purpose, from 0.
        seq: the commit after which it was called for.
        llm: the role that is asked.
        count: how many lines are asked for.
        best: the best program so far.
        ancestors: the steps that led to it, oldest first.
        worked: steps that gained something, best first.
        failed: the newest of the other steps, newest last.
    """

    purpose: Purpose
    epoch: int
    seq: int
    llm: str
    count: int
    best: str
    ancestors: tuple[Step, ...] = ()
    worked: tuple[Step, ...] = ()
    failed: tuple[Step, ...] = ()


def listed(text: str, most: int) -> tuple[str, ...]:
    """Return the items of a list in an answer, each folded into one line of at most 400 bytes; () without a list."""
    found = [match[1] for line in text.splitlines() if (match := _ITEM.fullmatch(line))]
    lines = (cut(" ".join(normalise_detail(item).split()), LINE_MAX_BYTES).replace("\n", " ") for item in found)
    return tuple(dict.fromkeys(line for line in lines if line))[:most]


def followed(text: str, ticket: int) -> str:
    """Return which of the approaches in an answer a ticket follows: each in turn; "" where there is none.

    So a reader of the log can tell from the answer that a commit used and its ticket, without the run's config.
    """
    approaches = listed(text, _MOST_APPROACHES)
    return approaches[ticket % len(approaches)] if approaches else ""
