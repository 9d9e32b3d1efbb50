"""What is read back from a run's database, in SQL. Every function is one short read; none holds a transaction open."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import exists, func, select

from evo.records import Direction, Elite, EvaluationStatus, Outcome, PlacementStatus, StageStatus, curve_in
from evo.records.verdicts import ADVICE
from evo.store import rows, schema
from evo.store.events import read_end
from evo.store.packed import unpack
from evo.store.retests import counted, tested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from evo.records import Completion, Prompt

_LOG, _EVALUATION, _PLACEMENT, _ANSWER = schema.commits, schema.evaluations, schema.placements, schema.answers
# Commits with the evaluation that each brought; an evaluation has one such commit.
_EVALUATED = _LOG.join(_EVALUATION, (_EVALUATION.c.program == _LOG.c.program) & (_LOG.c.evaluated == 1))
# Rows lie in the order of the log; all that happened to the archives, but for programs that were turned away.
_PLACED = """
    SELECT island, cell, program, displaced, status FROM placements WHERE status != 'REJECTED' ORDER BY seq, position
"""
_AT_ONCE = 500
_TAKEN = frozenset({PlacementStatus.NEW, PlacementStatus.IMPROVED, PlacementStatus.FOUNDED})
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
        ended_early, charged: evaluations that ended before they were whole, and the units that all are charged for: 1
            each, or the fraction of the work that was done.
        outcomes: only those that occurred, most frequent first.
        events: entries of the log beside the commits.
        log_hash: what the next commit continues from.
    """

    committed: int
    evaluations: int
    valid: int
    ended_early: int
    charged: float
    outcomes: dict[str, int]
    events: int
    log_hash: str


def tally(connection: Connection) -> Tally:
    """Count commits, evaluations, VALID evaluations and outcomes."""
    number = func.count()
    grouped = select(_LOG.c.outcome, number).group_by(_LOG.c.outcome).order_by(number.desc(), _LOG.c.outcome)
    outcomes = {cast("str", name): count for name, count in connection.execute(grouped)}
    evaluated = connection.execute(select(func.count()).select_from(_LOG).where(_LOG.c.evaluated == 1)).scalar_one()
    # The failures are counted, being fewer.
    other = [status for status in EvaluationStatus if status is not EvaluationStatus.VALID]
    failed = select(func.count()).select_from(_EVALUATION).where(_EVALUATION.c.status.in_(other), _used())
    again, well = counted(connection)
    shares = _ended_early(connection)
    return Tally(
        committed=sum(outcomes.values()),
        evaluations=evaluated + again,
        valid=evaluated - connection.execute(failed).scalar_one() + well,
        ended_early=len(shares),
        charged=evaluated + again - len(shares) + math.fsum(shares),
        outcomes=outcomes,
        events=connection.execute(select(func.count()).select_from(schema.events)).scalar_one(),
        log_hash=read_end(connection)[1],
    )


def _ended_early(connection: Connection) -> list[float]:
    """Return the fraction of the work that was done of every evaluation that ended early."""
    stage = schema.stages
    early = exists().where(stage.c.program == _EVALUATION.c.program, stage.c.status == StageStatus.ENDED_EARLY)
    failed = _EVALUATION.c.status == EvaluationStatus.FAILED
    found = select(_EVALUATION.c.flags).where(failed, early, _used()).order_by(_EVALUATION.c.program)
    curves = [curve_in(rows.strings(flags)) for flags in connection.execute(found).scalars()]
    return [curve[-1][0] if curve else 1.0 for curve in curves]


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


def costs(connection: Connection) -> list[float]:
    """Return the usd that the answers learned up to and with the commit of each evaluation cost, in commit order."""
    priced = select(_ANSWER.c.request, _ANSWER.c.cost_usd).where(_ANSWER.c.cost_usd > 0)
    prices = {cast("str", request): cast("float", cost) for request, cost in connection.execute(priced)}
    spent, found = 0.0, list[float]()
    for row in connection.execute(select(_LOG.c.learned, _LOG.c.evaluated).order_by(_LOG.c.seq)):
        if prices:
            spent += sum(prices.get(request, 0.0) for request in rows.strings(row.learned))
        if row.evaluated:
            found.append(spent)
    return found


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
    """Return program, objective and ticket of the best VALID program, the earliest of equals; None without any.

    Where scores were tested again it is the best elite, by the mean of its scores.
    """
    if tested(connection):
        held = holdings(connection, direction)
        seq = first_seq(connection, held[0].elite.program) if held else None
        ticket = connection.execute(select(_LOG.c.ticket).where(_LOG.c.seq == seq)).scalar()
        return (held[0].elite.program, held[0].elite.objective, int(ticket or 0)) if held else None
    first = select(_EVALUATION.c.objective).where(_EVALUATION.c.status == EvaluationStatus.VALID, _used())
    objective = connection.execute(first.order_by(_better_first(direction)).limit(1)).scalar()
    if objective is None:
        return None
    query = (
        select(_LOG.c.program, _EVALUATION.c.objective, _LOG.c.ticket)
        .select_from(_EVALUATED)
        .where(_EVALUATION.c.status == EvaluationStatus.VALID, _EVALUATION.c.objective == objective)
        .order_by(_LOG.c.seq)
        .limit(1)
    )
    row = connection.execute(query).one()
    return row.program, row.objective, row.ticket


def holdings(connection: Connection, direction: Direction) -> list[Holding]:
    """Return the archive as it stands: every elite of every island, best objective first, earliest of equals.

    An elite is a program that found a place, was not displaced from that cell afterwards, and whose island has not
    begun again since.
    """
    held: dict[tuple[int, str, str], int] = {}
    for number, (island, cell, program, displaced, status) in enumerate(connection.exec_driver_sql(_PLACED)):
        if status == PlacementStatus.FOUNDED:
            held = {place: since for place, since in held.items() if place[0] != island}
        if displaced is not None:
            held.pop((island, cell, displaced), None)
        # One that was REMOVED after another test displaces itself; one that was REVISED stays.
        if status in _TAKEN:
            held.setdefault((island, cell, program), number)
    scored = _scored(connection, [program for _, _, program in held])
    better = -1 if direction is Direction.MAXIMIZE else 1
    found = sorted(held, key=lambda where: (better * scored[where[2]][0], held[where], where[0]))
    return [Holding(island=island, elite=_elite(program, cell, *scored[program])) for island, cell, program in found]


def _scored(connection: Connection, programs: Sequence[str]) -> dict[str, tuple[float, str]]:
    """Return objective (the mean, where it was tested again) and measures (as stored) of VALID programs."""
    found: dict[str, tuple[float, str]] = {}
    again = tested(connection)
    for first in range(0, len(programs), _AT_ONCE):
        some = programs[first : first + _AT_ONCE]
        query = select(_EVALUATION.c.program, _EVALUATION.c.objective, _EVALUATION.c.measures)
        for row in connection.execute(query.where(_EVALUATION.c.program.in_(some))):
            found[row.program] = (again[row.program].mean if row.program in again else row.objective, row.measures)
    return found


def _elite(program: str, cell: str, objective: float, measures: str) -> Elite:
    return Elite(program=program, objective=objective, measures=rows.numbers(measures), cell=tuple(json.loads(cell)))


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
    own = (_ANSWER.c.purpose == "propose") & (_ANSWER.c.subject == str(ticket))
    found = connection.execute(select(_ANSWER).where(own, _ANSWER.c.request.in_(list(requests)))).all()
    row = max(found, key=lambda row: requests.index(row.request), default=None)
    return (rows.prompt(row), rows.completion(row)) if row else None


def advice(connection: Connection, requests: Sequence[str]) -> list[tuple[str, str]]:
    """Return (purpose, text of the answer) of those of a commit's requests that were for advice, in their order."""
    query = select(_ANSWER.c.request, _ANSWER.c.purpose, _ANSWER.c.text).where(
        _ANSWER.c.purpose.in_(ADVICE), _ANSWER.c.request.in_(list(requests))
    )
    found = {row.request: (cast("str", row.purpose), unpack(row.text)) for row in connection.execute(query)}
    return [found[request] for request in requests if request in found]


def _used() -> ColumnElement[bool]:
    """Return the condition that a commit has used an evaluation."""
    return exists().where(_LOG.c.program == _EVALUATION.c.program, _LOG.c.evaluated == 1)


def answers(connection: Connection, purpose: str) -> list[Completion]:
    """Return all stored answers of one purpose, in the order in which they came."""
    query = select(_ANSWER).where(_ANSWER.c.purpose == purpose).order_by(_ANSWER.c.at, _ANSWER.c.request)
    return [rows.completion(row) for row in connection.execute(query)]


def _better_first(direction: Direction) -> ColumnElement[object]:
    objective = _EVALUATION.c.objective
    return objective.desc() if direction is Direction.MAXIMIZE else objective.asc()
