"""Scores of known programs on fresh seeds, in a table of their own."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from evo.records import Evaluation, EvaluationStatus, StageResult, StageStatus
from evo.store import schema
from evo.store.packed import inflate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from evo.records import Commit

NOISY = "noisy"
"""The flag of an evaluation whose program scored otherwise when it was run again."""
_TABLE = schema.retests


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What the scores of one program that was tested again amount to, as the fold sums them up (Welford 1962).

    Attributes:
        count: how many, the first one included.
        mean: of them, in the objective's unit.
        squares: sum of the squared distances from the mean.
    """

    count: int
    mean: float
    squares: float = 0.0

    def and_then(self, score: float) -> Tested:
        """Return these scores and one more."""
        count, apart = self.count + 1, score - self.mean
        mean = self.mean + apart / count
        return Tested(count=count, mean=mean, squares=self.squares + apart * (score - mean))

    @property
    def spread(self) -> float:
        """The standard deviation of a score; 0 for a single one."""
        return math.sqrt(max(0.0, self.squares) / (self.count - 1)) if self.count > 1 else 0.0


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
    measures, metrics, stages, feedback, tier, flags = json.loads(inflate(row.rest))
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


def tested(connection: Connection) -> Mapping[str, Tested]:
    """Return the scores of every program that was tested again and came out VALID, as the fold has them."""
    score = schema.evaluations
    query = (
        select(_TABLE.c.program, score.c.objective.label("first"), _TABLE.c.objective)
        .join(score, score.c.program == _TABLE.c.program)
        .where(_TABLE.c.objective.is_not(None))
        .order_by(_TABLE.c.seq)
    )
    found: dict[str, Tested] = {}
    for row in connection.execute(query):
        before = found.get(row.program) or Tested(count=1, mean=row.first)
        found[row.program] = before.and_then(row.objective)
    return found


def noisy(connection: Connection) -> frozenset[str]:
    """Return the programs that are known to score otherwise another time: by a retest, or by the last look at them."""
    flags = schema.evaluations
    flagged = select(flags.c.program).where(flags.c.flags.contains(f'"{NOISY}"', autoescape=True))
    apart = (program for program, scored in tested(connection).items() if scored.spread > 0)
    return frozenset({*connection.execute(flagged).scalars(), *apart})
