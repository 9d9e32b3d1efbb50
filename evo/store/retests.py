"""Scores of known programs on fresh seeds, in a table of their own."""

from __future__ import annotations

import json
import zlib
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from evo.records import Evaluation, EvaluationStatus, StageResult, StageStatus
from evo.store import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from evo.records import Commit

_TABLE = schema.retests


def rows(insert: str, commit: Commit) -> list[tuple[str, tuple[object, ...]]]:
    """Encode the evaluation of a retest; nothing for any other commit."""
    found, repetition = commit.evaluation, commit.proposal.repetition
    if found is None or not repetition:
        return []
    stages = [[each.stage, each.status, each.seconds, each.cpu_seconds, each.detail] for each in found.stages]
    rest = [dict(found.measures), dict(found.metrics), stages, found.feedback, found.tier, found.flags]
    packed = zlib.compress(json.dumps(rest).encode(), 6)
    return [(insert, (commit.seq, found.program, repetition, str(found.status), found.objective, packed))]


def evaluation(row: Row[*tuple[object, ...]]) -> Evaluation:
    """Decode the evaluation of a retest."""
    measures, metrics, stages, feedback, tier, flags = json.loads(zlib.decompress(row.rest))
    return Evaluation(
        program=row.program,
        status=EvaluationStatus(row.status),
        objective=row.objective,
        measures=MappingProxyType(measures),
        metrics=MappingProxyType(metrics),
        stages=tuple(
            StageResult(stage=stage, status=StageStatus(status), seconds=seconds, cpu_seconds=cpu, detail=detail)
            for stage, status, seconds, cpu, detail in stages
        ),
        feedback=feedback,
        tier=tier,
        flags=tuple(flags),
    )


def read_retests(connection: Connection, first: int, stop: int) -> Mapping[int, Row[*tuple[object, ...]]]:
    """Return the rows of the commits from `first` to before `stop`, by commit."""
    query = select(_TABLE).where((_TABLE.c.seq >= first) & (_TABLE.c.seq < stop))
    return {row.seq: row for row in connection.execute(query)}


def scores(connection: Connection, program: str) -> list[float | None]:
    """Return what a program's retests scored, in order; None for one that failed."""
    query = select(_TABLE.c.objective).where(_TABLE.c.program == program).order_by(_TABLE.c.seq)
    return [None if score is None else float(score) for score in connection.execute(query).scalars()]


def counted(connection: Connection) -> tuple[int, int]:
    """Return how many retests there are, and how many were VALID."""
    many, well = connection.execute(select(func.count(), func.count(_TABLE.c.objective)).select_from(_TABLE)).one()
    return int(many), int(well)


def means(connection: Connection) -> Mapping[str, float]:
    """Return the mean score of every program that was tested again, as the fold has it: summed up in the same way."""
    score = schema.evaluations
    query = (
        select(_TABLE.c.program, score.c.objective.label("first"), _TABLE.c.objective)
        .join(score, score.c.program == _TABLE.c.program)
        .where(_TABLE.c.objective.is_not(None))
        .order_by(_TABLE.c.seq)
    )
    found: dict[str, tuple[int, float]] = {}
    for row in connection.execute(query):
        count, mean = found.get(row.program, (1, row.first))
        found[row.program] = (count + 1, mean + (row.objective - mean) / (count + 1))
    return {program: mean for program, (_, mean) in found.items()}
