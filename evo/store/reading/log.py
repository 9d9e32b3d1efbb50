"""The log, read back: commits by their place in it."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from evo.errors import DamagedError
from evo.store import rows, schema
from evo.store.likenesses import read_likenesses
from evo.store.retests import read_retests
from evo.store.trees import read_trunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row, Select

    from evo.records import Commit, Evaluation

_CHUNK = 500
_LOG, _PROGRAM, _EVALUATION, _STAGE = schema.commits, schema.programs, schema.evaluations, schema.stages
_EDGE, _PLACEMENT = schema.edges, schema.placements


def read(connection: Connection, first: int = 0, last: int | None = None) -> Iterator[Commit]:
    """Yield commits `first` to `last` (inclusive; None for all) in order, `_CHUNK` at a time to bound memory."""
    while True:
        stop = first + _CHUNK if last is None else min(first + _CHUNK, last + 1)
        chunk = list(_chunk(connection, first, stop))
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        first = stop


def _chunk(connection: Connection, first: int, stop: int) -> Iterator[Commit]:
    here = (_LOG.c.seq >= first) & (_LOG.c.seq < stop)
    heads = connection.execute(select(_LOG).where(here).order_by(_LOG.c.seq)).all()
    wanted = select(_LOG.c.program).where(here)
    evaluated = select(_LOG.c.program).where(here, _LOG.c.evaluated == 1)
    programs = {
        cast("str", row.id): rows.program(row, partial(read_trunk, connection))
        for row in connection.execute(select(_PROGRAM).where(_PROGRAM.c.id.in_(wanted)))
    }
    stages = _grouped(
        connection, select(_STAGE).where(_STAGE.c.program.in_(evaluated)).order_by(_STAGE.c.program, _STAGE.c.position)
    )
    evaluations = {
        cast("str", row.program): rows.evaluation(row, rows.stages(stages.get(row.program, ())))
        for row in connection.execute(select(_EVALUATION).where(_EVALUATION.c.program.in_(evaluated)))
    }
    between = (_EDGE.c.seq >= first) & (_EDGE.c.seq < stop)
    edges = _grouped(connection, select(_EDGE).where(between).order_by(_EDGE.c.seq, _EDGE.c.role, _EDGE.c.position))
    between = (_PLACEMENT.c.seq >= first) & (_PLACEMENT.c.seq < stop)
    placed = _grouped(connection, select(_PLACEMENT).where(between).order_by(_PLACEMENT.c.seq, _PLACEMENT.c.position))
    table = schema.arms
    drawn = connection.execute(select(table).where((table.c.seq >= first) & (table.c.seq < stop))).all()
    arms = {cast("int", row.seq): cast("str", row.arm) for row in drawn}
    likenesses, again = read_likenesses(connection, first, stop), read_retests(connection, first, stop)
    for head in heads:
        yield rows.commit(
            head,
            program=programs.get(head.program),
            evaluation=_existing(evaluations.get(head.program), head.seq) if head.evaluated else None,
            edges=edges.get(head.seq, ()),
            placements=placed.get(head.seq, ()),
            likeness=likenesses.get(head.seq),
            retest=again.get(head.seq),
            arm=arms.get(head.seq),
        )


def _existing(evaluation: Evaluation | None, seq: int) -> Evaluation:
    if evaluation is None:
        raise DamagedError(f"commit {seq}: its evaluation is not in the database")
    return evaluation


def _grouped(
    connection: Connection, query: Select[*tuple[object, ...]]
) -> dict[object, list[Row[*tuple[object, ...]]]]:
    """Run a query ordered by its first column and group the rows by it."""
    return {key: list(group) for key, group in groupby(connection.execute(query).all(), key=itemgetter(0))}
