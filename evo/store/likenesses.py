"""What novelty compared of a commit, in its own table: written only where there is something."""

from __future__ import annotations

import json
import zlib
from array import array
from typing import TYPE_CHECKING

from sqlalchemy import select

from evo.records import Outcome, Repeat, Rule, Traits
from evo.store import schema
from evo.store.packed import inflate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from evo.records import Commit, Program


def rows(insert: str, commit: Commit) -> list[tuple[str, tuple[object, ...]]]:
    """Encode what novelty compared and found; nothing for a program that is new or repeats itself word for word."""
    found, repeat = commit.proposal.traits, commit.proposal.repeats
    if found is None and (repeat is None or repeat.rule is Rule.EXACT):
        return []
    why = (repeat.program, str(repeat.rule), repeat.similarity) if repeat else (None, None, None)
    return [(insert, (commit.seq, _packed(found) if found else None, *why))]


def read_likenesses(connection: Connection, first: int, stop: int) -> Mapping[int, Row[*tuple[object, ...]]]:
    """Return the rows of the commits from `first` to before `stop`, by commit."""
    table = schema.novelty
    query = select(table).where((table.c.seq >= first) & (table.c.seq < stop))
    return {row.seq: row for row in connection.execute(query)}


def traits(row: Row[*tuple[object, ...]] | None) -> Traits | None:
    """Decode what was compared."""
    if row is None or row.traits is None:
        return None
    form, added, removed, request, answer, vector = json.loads(inflate(row.traits))
    numbers = array("h")
    numbers.frombytes(bytes.fromhex(vector))
    return Traits(
        form=form,
        added=tuple(added),
        removed=tuple(removed),
        vector=tuple(numbers),
        request=request,
        answer=answer,
    )


def repeats(row: Row[*tuple[object, ...]] | None, program: Program | None, outcome: Outcome) -> Repeat | None:
    """Decode what a program repeats; a DUPLICATE of which nothing is written repeats itself."""
    if row is not None and row.rule is not None:
        return Repeat(program=row.repeats, rule=Rule(row.rule), similarity=row.similarity)
    if program is None or outcome is not Outcome.DUPLICATE:
        return None
    return Repeat(program=program.id, rule=Rule.EXACT)


def _packed(found: Traits) -> bytes:
    vector = array("h", found.vector).tobytes().hex()
    lines = [found.form, found.added, found.removed, found.request, found.answer, vector]
    return zlib.compress(json.dumps(lines).encode(), 6)
