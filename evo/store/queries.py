"""What is read back from a run's database, in SQL. Every function is one short read; none holds a transaction open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import exists, func, select

from evo.records import GENESIS, Elite
from evo.store import rows, schema
from evo.verdicts import Direction, EvaluationStatus, Outcome, PlacementStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from evo.records import Completion, Prompt

_LOG, _EVALUATION, _PLACEMENT, _ANSWER = schema.commits, schema.evaluations, schema.placements, schema.answers
# Commits with the evaluation that each brought; an evaluation has one such commit.
_EVALUATED = _LOG.join(_EVALUATION, (_EVALUATION.c.program == _LOG.c.program) & (_LOG.c.evaluated == 1))
_HEX_END = "g"  # sorts after every hex digit: [prefix, prefix + "g") holds all ids that begin with the prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A cell of one island and the elite that holds it now."""

    island: int
    elite: Elite


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The log, counted.

    Attributes:
        outcomes: only those that occurred, most frequent first.
        log_hash: of the last commit.
    """

    committed: int
    evaluations: int
    valid: int
    outcomes: dict[str, int]
    log_hash: str


def tally(connection: Connection) -> Tally:
    """Count commits, evaluations, VALID evaluations and outcomes."""
    number = func.count()
    grouped = select(_LOG.c.outcome, number).group_by(_LOG.c.outcome).order_by(number.desc(), _LOG.c.outcome)
    outcomes = {cast("str", name): count for name, count in connection.execute(grouped)}
    evaluated = select(func.count()).select_from(_LOG).where(_LOG.c.evaluated == 1)
    valid = select(func.count()).select_from(_EVALUATED).where(_EVALUATION.c.status == EvaluationStatus.VALID)
    last = connection.execute(select(_LOG.c.hash).order_by(_LOG.c.seq.desc()).limit(1)).scalar()
    return Tally(
        committed=sum(outcomes.values()),
        evaluations=connection.execute(evaluated).scalar_one(),
        valid=connection.execute(valid).scalar_one(),
        outcomes=outcomes,
        log_hash=GENESIS if last is None else str(last),
    )


def committed(connection: Connection) -> int:
    """Return the number of commits."""
    return connection.execute(select(func.count()).select_from(_LOG)).scalar_one()


def plan(connection: Connection) -> list[tuple[int, int]]:
    """Return ticket and `after_seq` of every commit, in order."""
    query = select(_LOG.c.ticket, _LOG.c.after_seq).order_by(_LOG.c.seq)
    return [(row.ticket, row.after_seq) for row in connection.execute(query)]


def scores(connection: Connection) -> list[float | None]:
    """Return the objective of every evaluation in commit order, None for one that is not VALID."""
    query = select(_EVALUATION.c.objective).select_from(_EVALUATED).order_by(_LOG.c.seq)
    return [cast("float | None", value) for value in connection.execute(query).scalars()]


def figures(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the names of all measures and of all metrics that occur, in the order of their first commit."""
    query = select(_EVALUATION.c.measures, _EVALUATION.c.metrics).select_from(_EVALUATED).order_by(_LOG.c.seq)
    measures: dict[str, None] = {}
    metrics: dict[str, None] = {}
    for row in connection.execute(query):
        measures.update(dict.fromkeys(rows.numbers(row.measures)))
        metrics.update(dict.fromkeys(rows.numbers(row.metrics)))
    return list(measures), list(metrics)


def sources(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the operators that made proposals and the roles that answered, sorted."""
    operators = connection.execute(select(_LOG.c.operator).distinct().order_by(_LOG.c.operator)).scalars()
    roles = connection.execute(select(_LOG.c.llm).distinct().where(_LOG.c.llm != "").order_by(_LOG.c.llm)).scalars()
    return list(operators), list(roles)


def best(connection: Connection, direction: Direction) -> tuple[str, float, int] | None:
    """Return program, objective and ticket of the best VALID program, the earliest of equals; None without any."""
    query = (
        select(_LOG.c.program, _EVALUATION.c.objective, _LOG.c.ticket)
        .select_from(_EVALUATED)
        .where(_EVALUATION.c.status == EvaluationStatus.VALID)
        .order_by(_better_first(direction), _LOG.c.seq)
        .limit(1)
    )
    row = connection.execute(query).first()
    return (row.program, row.objective, row.ticket) if row is not None else None


def holdings(connection: Connection, direction: Direction) -> list[Holding]:
    """Return the archive as it stands: every elite of every island, best objective first, earliest of equals.

    An elite is a program that found a place and was not displaced from that cell afterwards.
    """
    later = _PLACEMENT.alias("later")
    gone = exists().where(
        later.c.island == _PLACEMENT.c.island,
        later.c.cell == _PLACEMENT.c.cell,
        later.c.displaced == _PLACEMENT.c.program,
    )
    columns = (_PLACEMENT.c.island, _PLACEMENT.c.cell, _PLACEMENT.c.program)
    query = (
        select(*columns, _EVALUATION.c.objective, _EVALUATION.c.measures)
        .join(_EVALUATION, _EVALUATION.c.program == _PLACEMENT.c.program)
        .where(_PLACEMENT.c.status.in_([PlacementStatus.NEW, PlacementStatus.IMPROVED]), ~gone)
        .order_by(_better_first(direction), _PLACEMENT.c.seq, _PLACEMENT.c.island)
    )
    return [
        Holding(
            island=row.island,
            elite=Elite(
                program=row.program,
                objective=row.objective,
                measures=rows.numbers(row.measures),
                cell=tuple(json.loads(row.cell)),
            ),
        )
        for row in connection.execute(query)
    ]


def first_seq(connection: Connection, program_id: str) -> int | None:
    """Return the commit that brought a program first."""
    return connection.execute(select(func.min(_LOG.c.seq)).where(_LOG.c.program == program_id)).scalar()


def seq_of(connection: Connection, ticket: int) -> int | None:
    """Return the commit of a ticket."""
    return connection.execute(select(_LOG.c.seq).where(_LOG.c.ticket == ticket)).scalar()


def tickets_of(connection: Connection, program_id: str) -> tuple[int, ...]:
    """Return all tickets that proposed a program, in commit order."""
    query = select(_LOG.c.ticket).where(_LOG.c.program == program_id).order_by(_LOG.c.seq)
    return tuple(connection.execute(query).scalars())


def children(connection: Connection, program_id: str) -> tuple[str, ...]:
    """Return the programs that have this one among the parents of their first commit, in commit order."""
    edge = schema.edges
    query = (
        select(_LOG.c.program)
        .join(edge, edge.c.seq == _LOG.c.seq)
        .where(edge.c.program == program_id, edge.c.role == "parent", _LOG.c.outcome == Outcome.PROPOSED)
        .order_by(_LOG.c.seq)
    )
    return tuple(cast("str", program) for program in connection.execute(query).scalars())


def beginning(connection: Connection, prefix: str, most: int) -> tuple[str, ...]:
    """Return at most `most` ids of committed programs that begin with `prefix`, sorted."""
    column = _LOG.c.program
    query = select(column).distinct().where(column >= prefix, column < prefix + _HEX_END).order_by(column).limit(most)
    return tuple(cast("str", program) for program in connection.execute(query).scalars())


def answer(connection: Connection, ticket: int, requests: Sequence[str]) -> tuple[Prompt, Completion] | None:
    """Return the last of a ticket's requests that was answered, with its answer."""
    query = (
        select(_ANSWER)
        .where(_ANSWER.c.purpose == "propose", _ANSWER.c.subject == str(ticket), _ANSWER.c.request.in_(list(requests)))
        .order_by(_ANSWER.c.attempt.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (rows.prompt(row), rows.completion(row)) if row else None


def answers(connection: Connection, purpose: str) -> list[Completion]:
    """Return all stored answers of one purpose, in the order in which they came."""
    query = select(_ANSWER).where(_ANSWER.c.purpose == purpose).order_by(_ANSWER.c.at, _ANSWER.c.request)
    return [rows.completion(row) for row in connection.execute(query)]


def _better_first(direction: Direction) -> ColumnElement[object]:
    objective = _EVALUATION.c.objective
    return objective.desc() if direction is Direction.MAXIMIZE else objective.asc()
