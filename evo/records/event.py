"""What a person or a tool did to a run, as an entry of the log beside the commits, and its place in the chain.

An event stands after a commit and is in force for every later one. All events are verified; the commits rest on those
whose kind binds: their hash goes into the hash that the next commit continues from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from evo import rng
from evo.canonical import canonical, fingerprint
from evo.records.commit import Commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from evo.canonical import JSON


class EventKind(StrEnum):
    """What an event is about; `BINDING` says on which of them commits rest.

    AMENDMENT: what a resume was told to do differently, {"set": ["dotted.key=value", ...]}; {"abandon": [ticket, ...]}
        are tickets to commit as failed.
    NOTE: a person's remark on the run, {"text": ...}.
    STEER: what a person asked of the tickets to come, {"do": "hint", "words": ...} and so on; see `search.wishes`.
    MARK: the same as a note, certified by what follows: from here on the log cannot be had without it.
    """

    AMENDMENT = "amendment"
    NOTE = "note"
    MARK = "mark"
    STEER = "steer"


BINDING = frozenset({EventKind.MARK, EventKind.STEER})
"""The kinds on which later commits rest. The others may never change what a commit means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An entry of the log that is no ticket's end: immutable, durable whole or absent.

    Attributes:
        number: position among the events of the run, from 0.
        author: who brought it: "person", "evo", the name of a tool.
        after_seq: in force from commit `after_seq + 1` on; -1 before the first.
        data: plain data, what it says.
        hash: the chain of the events up to here.
        at: Unix time in seconds; never part of the hash.
    """

    number: int
    kind: EventKind
    author: str
    after_seq: int
    data: Mapping[str, JSON]
    hash: str = ""
    at: float = 0.0

    @property
    def binding(self) -> bool:
        """Whether the commits after it rest on it."""
        return self.kind in BINDING


def heeds(number: int, share: float, *, seed: int, ticket: int) -> bool:
    """Tell whether a ticket heeds what an event asks of a share of the tickets: a function of the run's seed and both.

    Args:
        number: of the event.
        share: over 0 and at most 1.
        seed: of the run.
        ticket: its number.
    """
    return share >= 1 or rng.stream(seed, "wish", number, ticket).random() < share


Entry: TypeAlias = Commit | Event
"""What a log is made of."""


def chain_event(previous: str, log_hash: str, event: Event) -> str:
    """Return hash_n = blake2b(hash_{n-1} + the log's hash where the event stands + canonical JSON of what it says).

    Args:
        previous: hash of the event before it, GENESIS for the first.
        log_hash: what the next commit would continue from without this event.
        event: its own hash and its time are not looked at.
    """
    value = {
        "number": event.number,
        "kind": event.kind,
        "author": event.author,
        "after_seq": event.after_seq,
        "data": dict(event.data),
    }
    return fingerprint(previous.encode() + log_hash.encode() + canonical(value))


def bind(log_hash: str, event: Event) -> str:
    """Return what the next commit continues from, once an event stands before it."""
    return fingerprint(log_hash.encode() + event.hash.encode()) if event.binding else log_hash


def event_flaw(event: Event, *, number: int, seq: int, previous: str, log_hash: str) -> str:
    """Say why an event cannot be the next entry of a log; "" if it can.

    Args:
        event: as stored.
        number: how many events the log has so far.
        seq: its last commit, -1 before the first.
        previous: as for `chain_event`.
        log_hash: as for `chain_event`.
    """
    if event.number != number:
        return f"the next event of the log has number {event.number}"
    if event.after_seq != seq:
        return f"it is in force after commit {event.after_seq}, but stands after commit {seq}"
    hashed = chain_event(previous, log_hash, event)
    return "" if hashed == event.hash else f"its values give the hash {hashed}, but {event.hash} is recorded"


def in_order(commits: Iterable[Commit], events: Iterable[Event]) -> Iterator[Entry]:
    """Yield commits and events as they stand in the log: an event right before the first commit that it bears on.

    Args:
        commits: by seq.
        events: by number; those that no commit follows come last.
    """
    waiting = iter(events)
    event = next(waiting, None)
    for commit in commits:
        while event is not None and event.after_seq < commit.seq:
            yield event
            event = next(waiting, None)
        yield commit
    while event is not None:
        yield event
        event = next(waiting, None)
