"""What people had asked of a ticket, as far as it heeded that: hints, bans, a pin, a seed.

None of it is stored with the ticket: it follows from the events, the run's seed and the ticket's number, as it did when
the ticket was issued (`search.wishes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.records import heeds
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evo.canonical import JSON
    from evo.records import Commit

STEER = "steer"
_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeededWish:
    """Something that was asked for, and heeded.

    Attributes:
        event: its number.
        do: hint, ban, pin or seed.
        words: of the hint or the ban; the pinned program; the seed's name.
        author: who asked.
    """

    event: int
    do: str
    words: str
    author: str

    @property
    def says(self) -> str:
        """It in words."""
        return f"{self.do} of {self.author} (event {self.event}): {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedTicket:
    """What has to be known of a ticket.

    Attributes:
        after_seq: the commit from whose state it was issued.
        llm: the role that was asked; "" for none.
        parent: the first; "" for none.
    """

    number: int
    after_seq: int
    operator: str
    llm: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    wish: HeededWish
    after_seq: int
    share: float
    due: int


class WishBook:
    """What people have asked of a run.

    Args:
        seed: of the run.
        events: number, author, after_seq and data of each event of kind `steer`, in the order of their numbers.
    """

    def __init__(self, seed: int, events: Iterable[tuple[int, str, int, Mapping[str, JSON]]]) -> None:
        self._seed = seed
        self._asked: list[_Asked] = []
        due = -2
        for number, author, after_seq, data in events:
            do, share = str(data.get("do")), data.get("share", 1.0)
            if do == "seed":
                due = max(due + 1, after_seq + 1)  # one a commit, as `Steering.sown` has it
            words, who = (sanitise(str(each))[:_WORDS] for each in (data.get("words", ""), author))
            wish = HeededWish(event=number, do=do, words=words, author=who)
            usual = isinstance(share, int | float) and not isinstance(share, bool)
            told = float(share) if usual and isinstance(share, int | float) else 1.0
            self._asked.append(_Asked(wish=wish, after_seq=after_seq, share=told, due=due))

    def __bool__(self) -> bool:
        """Tell whether anything was asked."""
        return bool(self._asked)

    def heeded(self, ticket: IssuedTicket) -> tuple[HeededWish, ...]:
        """Return what a ticket heeded, in the order in which it was asked for; the newest pin counts."""
        before = [each for each in self._asked if each.after_seq < ticket.after_seq]
        pins = [each for each in before if each.wish.do == "pin" and self._shared(each, ticket)]
        return tuple(each.wish for each in self._asked if self._meant(each, ticket, pins[-1:]))

    def of(self, commit: Commit) -> tuple[HeededWish, ...]:
        """Return what the ticket of a commit heeded."""
        if not self._asked:
            return ()
        said = commit.proposal
        parent = said.parents[0] if said.parents else ""
        return self.heeded(
            IssuedTicket(
                number=commit.ticket, after_seq=commit.after_seq, operator=said.operator, llm=said.llm, parent=parent
            )
        )

    def _meant(self, asked: _Asked, ticket: IssuedTicket, pins: list[_Asked]) -> bool:
        match asked.wish.do:
            case "seed":
                return ticket.operator == "seed" and asked.due == ticket.after_seq
            case "pin":
                return asked in pins and ticket.parent == asked.wish.words
            case "hint" | "ban":
                return bool(ticket.llm) and asked.after_seq < ticket.after_seq and self._shared(asked, ticket)
            case _:
                return False

    def _shared(self, asked: _Asked, ticket: IssuedTicket) -> bool:
        return heeds(asked.wish.event, asked.share, seed=self._seed, ticket=ticket.number)
