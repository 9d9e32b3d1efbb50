"""The log as the fold needs it, and no more: what a resume reads of 100,000 commits has to be read in seconds.

A commit recalled equals the stored one in all that the hash chain and the fold look at. Its program is known by id and
gives its text when asked; metrics are left out, and stages are without usage and detail. Rows are taken as plain
tuples, by position.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from evo.errors import DamagedError
from evo.records import (
    Arm,
    Commit,
    Evaluation,
    EvaluationStatus,
    Migration,
    Outcome,
    Placement,
    PlacementStatus,
    Program,
    Proposal,
    StageResult,
    StageStatus,
)
from evo.store import likenesses, retests, rows
from evo.store.trees import read_trunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from evo.records import Trunk

_Row: TypeAlias = tuple[Any, ...]

_CHUNK = 1000
# Looked up as a dictionary does; the call of an enumeration costs ten times that.
_outcome, _status, _place = lru_cache(Outcome), lru_cache(EvaluationStatus), lru_cache(PlacementStatus)
# The separators that ASCII has for it: a name may hold anything that is written.
_ROW, _FIELD = "\x1e", "\x1f"
_STAGES = """
    (SELECT group_concat(position || char(31) || stage || char(31) || status, char(30)) FROM stages
        WHERE stages.program = c.program)
"""
_HEAD = f"""
    SELECT c.seq, c.ticket, c.after_seq, c.island, c.operator, c.outcome, c.program, c.evaluated, c.llm, c.summary,
        c.detail, c.requests, c.answers, c.learned, c.hash, c.at, a.arm, e.status, e.objective, e.measures,
        e.feedback, e.tier, e.flags, e.error, CASE WHEN c.evaluated THEN {_STAGES} END
    FROM commits AS c LEFT JOIN evaluations AS e ON c.evaluated AND e.program = c.program
    LEFT JOIN arms AS a ON a.seq = c.seq
"""  # noqa: S608 - a constant
_EDGE = "SELECT seq, role, program FROM edges"
_LIKENESS = "SELECT * FROM novelty"
_RETEST = "SELECT * FROM retests"
_PLACEMENT = "SELECT seq, source, program, island, cell, status, displaced, delta FROM placements"
_IN_ORDER = {
    _HEAD: " ORDER BY c.seq",
    _EDGE: " ORDER BY seq, role, position",
    _PLACEMENT: " ORDER BY seq, position",
}
_ANCESTORS = """
    WITH RECURSIVE up (program) AS (
        VALUES (?)
        UNION
        SELECT edges.program FROM up
        JOIN edges ON edges.role = 'parent'
            AND edges.seq = (SELECT min(seq) FROM commits WHERE commits.program = up.program)
    )
    SELECT min(seq) FROM up JOIN commits ON commits.program = up.program GROUP BY up.program ORDER BY 1
"""


class RecalledProgram(Program):
    """A program of the log; its text is read when somebody asks for it, while the run is open."""

    _connection: Connection

    @classmethod
    def at(cls, program_id: str, connection: Connection) -> Program:
        """Return the program with this id."""
        made = cls.__new__(cls)
        made.__dict__.update(id=program_id, _connection=connection)
        return made

    @cached_property
    def _stored(self) -> Program:
        found = self._connection.exec_driver_sql("SELECT * FROM programs WHERE id = ?", (self.id,)).first()
        if found is None:
            raise DamagedError(f"program {self.id} is named by the log but is not in the database")
        return rows.program(found, partial(read_trunk, self._connection))

    @cached_property
    def files(self) -> Mapping[str, str]:  # pyright: ignore[reportIncompatibleVariableOverride] - a value, but later
        """The texts by path."""
        return self._stored.files

    @cached_property
    def trunk(self) -> Trunk | None:  # pyright: ignore[reportIncompatibleVariableOverride] - a value, but later
        """The tree that it changes."""
        return self._stored.trunk

    @cached_property
    def language(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] - a value, but later
        """The language of the entry file."""
        return self._stored.language


def everything(connection: Connection) -> Iterator[Commit]:
    """Yield the whole log in order, `_CHUNK` commits at a time to bound memory."""
    first = 0
    while True:
        found = list(_between(connection, first, first + _CHUNK))
        yield from found
        if len(found) < _CHUNK:
            return
        first += _CHUNK


def ancestry(connection: Connection, program_id: str) -> Iterator[Commit]:
    """Yield the commits that brought a program and all that it was made from, in order."""
    seqs = [cast("int", row[0]) for row in connection.exec_driver_sql(_ANCESTORS, (program_id,))]
    for first in range(0, len(seqs), _CHUNK):
        yield from _these(connection, seqs[first : first + _CHUNK])


def _between(connection: Connection, first: int, stop: int) -> Iterator[Commit]:
    return _decoded(connection, "{seq} >= ? AND {seq} < ?", (first, stop))


def _these(connection: Connection, seqs: Sequence[int]) -> Iterator[Commit]:
    return _decoded(connection, f"{{seq}} IN ({', '.join('?' * len(seqs))})", tuple(seqs))


def _decoded(connection: Connection, where: str, values: tuple[int, ...]) -> Iterator[Commit]:
    def found(query: str) -> Sequence[_Row]:
        condition = where.format(seq="c.seq" if query is _HEAD else "seq")
        cursor = driver.execute(f"{query} WHERE {condition} {_IN_ORDER[query]}", values)
        return cast("Sequence[_Row]", cursor.fetchall())

    # Past SQLAlchemy: its rows cost more than all else here.
    driver = cast("Any", connection.connection.driver_connection)
    edges, placements = _grouped(found(_EDGE)), _grouped(found(_PLACEMENT))
    alike, again = _named(_LIKENESS, where, values, connection), _named(_RETEST, where, values, connection)
    for head in found(_HEAD):
        seq = cast("int", head[0])
        commit = _commit(head, edges.get(seq, ()), placements.get(seq, ()), connection)
        yield _with_marks(commit, alike.get(seq), again.get(seq))


def _named(query: str, where: str, values: tuple[int, ...], connection: Connection) -> dict[int, Row[*tuple[Any, ...]]]:
    """Return rows of a table that few commits have one in, by commit."""
    found = connection.exec_driver_sql(f"{query} WHERE {where.format(seq='seq')}", values)
    return {cast("int", row.seq): row for row in found}


def _with_marks(commit: Commit, likeness: Row[*tuple[Any, ...]] | None, retest: Row[*tuple[Any, ...]] | None) -> Commit:
    """Add what novelty and retests wrote; most commits come back as they are."""
    mine = commit.proposal
    if likeness is None and retest is None and mine.outcome is not Outcome.DUPLICATE:
        return commit
    proposal = replace(
        mine,
        traits=likenesses.traits(likeness),
        repeats=likenesses.repeats(likeness, mine.program, mine.outcome),
        repetition=retest.repetition if retest is not None else 0,
    )
    evaluation = commit.evaluation if retest is None else retests.evaluation(retest)
    return replace(commit, proposal=proposal, evaluation=evaluation)


def _grouped(found: Iterable[_Row]) -> dict[int, list[_Row]]:
    return {key: list(group) for key, group in groupby(found, key=itemgetter(0))}


def _commit(head: _Row, edges: Iterable[_Row], placements: Iterable[_Row], connection: Connection) -> Commit:
    seq, ticket, after_seq, island, operator, outcome, program, evaluated = head[:8]
    llm, summary, detail, requests, answers, learned, chained, at, arm = head[8:17]
    asked = rows.strings(requests)
    born = tuple([_placement(row) for row in placements if row[1] is None])
    moved = [row for row in placements if row[1] is not None]
    return Commit(
        seq=seq,
        ticket=ticket,
        after_seq=after_seq,
        proposal=Proposal(
            ticket=ticket,
            island=island,
            operator=operator,
            outcome=_outcome(outcome),
            parents=tuple([row[2] for row in edges if row[1] == "parent"]),
            inspirations=tuple([row[2] for row in edges if row[1] != "parent"]),
            llm=llm,
            requests=asked,
            answers=rows.strings(answers),
            program=None if program is None else RecalledProgram.at(program, connection),
            summary=summary,
            detail=detail,
            arm=None if arm is None else Arm(arm),
        ),
        evaluation=_evaluation(cast("str", program), head[17:], seq) if evaluated else None,
        placements=born,
        migrations=tuple([Migration(source=row[1], program=row[2], placement=_placement(row)) for row in moved]),
        learned=asked if learned == requests else rows.strings(learned),
        hash=chained,
        at=at,
    )


def _evaluation(program: str, row: _Row, seq: int) -> Evaluation:
    status, objective, measures, feedback, tier, flags, error, stages = row
    if status is None:
        raise DamagedError(f"commit {seq}: its evaluation is not in the database")
    return Evaluation(
        program=program,
        status=_status(status),
        objective=objective,
        measures=rows.numbers(measures),
        stages=_stages(stages or ""),
        feedback=feedback,
        tier=tier,
        flags=rows.strings(flags),
        error=error,
    )


@lru_cache(maxsize=1024)
def _stages(text: str) -> tuple[StageResult, ...]:
    """Decode rows of position, stage and STATUS, in whatever order; there are few different ones in a run."""
    found = sorted((row.split(_FIELD) for row in text.split(_ROW) if row), key=lambda parts: int(parts[0]))
    return tuple(StageResult(stage=stage, status=StageStatus(status)) for _, stage, status in found)


def _placement(row: _Row) -> Placement:
    _, _, _, island, cell, status, displaced, delta = row
    return Placement(island=island, cell=rows.cell(cell), status=_place(status), displaced=displaced, delta=delta)
