"""What a living run is trying: tickets that are issued and not committed, and how far each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Doing(StrEnum):
    """How far a ticket is, in words that follow its name."""

    WAITING = "waits"
    ASKED = "asked"
    JUDGED = "judged"
    DONE = "done, waits its turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A ticket that is under way.

    Attributes:
        ticket, island, operator: which one; an island of None means every island.
        doing: how far it is.
        llm: the role that is asked, "" for none.
        course: how far its judge is and what the score is so far, as (fraction, objective), where that is told.
        silent: for how many seconds its judge has said nothing, where that is long; None where it is not.
        idea: what its program is about, as soon as there is one; as it came.
    """

    ticket: int
    island: int | None
    operator: str
    doing: Doing
    llm: str = ""
    idea: str = ""
    course: tuple[float, float | None] | None = None
    silent: float | None = None
