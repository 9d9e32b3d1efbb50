"""Events in rows: how they are entered, read back, and chained where an older file had them in no chain."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

from sqlalchemy import select

from evo.canonical import canonical
from evo.errors import ConflictError, EvoError, UsageError
from evo.records import GENESIS, Event, EventKind, bind, chain_event
from evo.store import schema
from evo.store.rows import insert
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from evo.canonical import JSON
    from evo.store.rows import Statement

DATA_MAX_BYTES = 64 * 1024
"""The most that an event's data may take as canonical JSON."""
AUTHOR_MAX = 200
"""The most characters of an author's name that are kept."""
_INSERT = insert(schema.events)
_COLUMNS = ", ".join(schema.events.columns.keys())
_Row: TypeAlias = "tuple[int, str, str, int, str, str | None, float]"


def event_row(event: Event) -> Statement:
    """Encode an event."""
    said = canonical(dict(event.data)).decode()
    return _INSERT, (event.number, event.kind, event.author, event.after_seq, said, event.hash, event.at)


def _event(row: _Row) -> Event:
    number, kind, author, after_seq, text, hashed, at = row
    data: JSON = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError(f"event {number} says {text[:80]!r}; expected a JSON object")  # noqa: TRY004 - of what it says
    return Event(
        number=number,
        kind=EventKind(kind),
        author=author,
        after_seq=after_seq,
        data=MappingProxyType(data),
        hash=hashed or "",
        at=at,
    )


def read_events(connection: Connection) -> list[Event]:
    """Read all events in order.

    Raises:
        ValueError: an event is of no known kind, or says what is no JSON.
    """
    query = f"SELECT {_COLUMNS} FROM events ORDER BY number"  # noqa: S608 - our own names
    found = cast("Sequence[_Row]", connection.exec_driver_sql(query).all())

    def log_hash(seq: int) -> str:
        return _log_hash(connection, seq)

    return list(decode_events(found, log_hash))


def decode_events(found: Iterable[_Row], log_hash: Callable[[int], str]) -> Iterator[Event]:
    """Decode rows in order; those of an older file, which have no hash, are chained on the way.

    Args:
        found: rows of `events`, or of what stood for it.
        log_hash: returns the hash of the commit with some seq, GENESIS for -1.
    """
    last = GENESIS
    for row in found:
        event = _event(row)
        # Only the view of an older file can give NULL, and no kind that it had is binding.
        if row[5] is None:
            event = replace(event, hash=chain_event(last, log_hash(event.after_seq), event))
        last = event.hash
        yield event


def _log_hash(connection: Connection, seq: int) -> str:
    query = select(schema.commits.c.hash).where(schema.commits.c.seq == seq)
    return str(connection.execute(query).scalar() or GENESIS)


def read_amendments(connection: Connection) -> list[str]:
    """Read what resumes were told to do differently, "dotted.key=value" each, oldest first."""
    told = [event.data.get("set", []) for event in read_events(connection) if event.kind is EventKind.AMENDMENT]
    return [each for some in told for each in cast("list[str]", some)]


def read_abandoned(connection: Connection) -> frozenset[int]:
    """Read the tickets that resumes were told to commit as failed, by number."""
    told = [event.data.get("abandon", []) for event in read_events(connection) if event.kind is EventKind.AMENDMENT]
    return frozenset(each for some in told for each in cast("list[int]", some))


def read_end(connection: Connection) -> tuple[int, str]:
    """Read where a log ends: the seq of its last commit (-1 without any), and the hash that the next one continues."""
    table = schema.commits
    row = connection.execute(select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).first()
    seq, last = (int(row.seq), str(row.hash)) if row else (-1, GENESIS)
    for event in read_events(connection):
        last = bind(last, event) if event.after_seq == seq else last
    return seq, last


def next_event(
    connection: Connection,
    *,
    kind: EventKind,
    author: str,
    data: Mapping[str, JSON],
    after_seq: int | None = None,
    at: float,
) -> Event:
    """Return the event that follows all entries of a log, chained; the arguments are those of `Store.add_event`.

    Raises:
        UsageError: the author has no name.
        EvoError: `data` is not plain or too large.
        ConflictError: the log does not end at commit `after_seq`.
    """
    seq, log_hash = read_end(connection)
    if after_seq not in {None, seq}:
        raise ConflictError(f"an event after commit {after_seq} was to be entered, but the log ends at commit {seq}")
    known = read_events(connection)
    event = Event(
        number=known[-1].number + 1 if known else 0,
        kind=kind,
        author=_author(author),
        after_seq=seq,
        data=_plain(data),
        at=at,
    )
    return replace(event, hash=chain_event(known[-1].hash if known else GENESIS, log_hash, event))


def _author(name: str) -> str:
    author = " ".join(sanitise(name).split())[:AUTHOR_MAX]
    if not author:
        raise UsageError(f"an event's author is {name!r}; expected a name, such as 'person'")
    return author


def _plain(data: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Return data as it reads back: tuples as lists, terminal sequences gone."""
    try:
        plain: dict[str, JSON] = json.loads(canonical(dict(data)))
    except (TypeError, ValueError) as error:
        raise EvoError(f"an event's data is not plain ({error}); expected what JSON can say, and no NaN") from error
    cleaned = {sanitise(key): _cleaned(value) for key, value in plain.items()}
    size = len(canonical(cleaned))
    if size > DATA_MAX_BYTES:
        raise EvoError(f"an event's data takes {size} bytes; expected at most {DATA_MAX_BYTES}")
    return MappingProxyType(cleaned)


def _cleaned(value: JSON) -> JSON:
    match value:
        case str():
            return sanitise(value)
        case dict():
            return {sanitise(key): _cleaned(each) for key, each in value.items()}
        case list():
            return [_cleaned(each) for each in value]
        case _:
            return value
