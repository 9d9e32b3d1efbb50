"""Every ticket of a run in one light row: how it ended, what it scored, what it cost; no texts.

What a figure or a page shows of a whole run is folded from these rows: 50,000 of them are read in about a second,
where the commits with all their texts would take ten.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from evo.records import EvaluationStatus, Outcome
from evo.store import rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Looked up as a dictionary does; the call of an enumeration costs ten times that.
_outcome, _status = lru_cache(Outcome), lru_cache(EvaluationStatus)
_ROWS = """
    SELECT c.seq, c.ticket, c.island, c.operator, c.llm, c.outcome, c.program, c.learned, c.at, e.status, e.objective,
        p.program, s.cpu_seconds,
        EXISTS (SELECT 1 FROM placements AS t WHERE t.seq = c.seq AND t.source IS NULL AND t.program = c.program
            AND t.status IN ('NEW', 'IMPROVED'))
    FROM commits AS c
    LEFT JOIN evaluations AS e ON c.evaluated AND e.program = c.program
    LEFT JOIN edges AS p ON p.seq = c.seq AND p.role = 'parent' AND p.position = 0
    LEFT JOIN (SELECT program, sum(cpu_seconds) AS cpu_seconds FROM stages GROUP BY program) AS s
        ON c.evaluated AND s.program = c.program
    ORDER BY c.seq
"""
_CHARGES = "SELECT request, llm, model, purpose, prompt_tokens + completion_tokens, cost_usd FROM answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One answer of a model.

    Attributes:
        role: of `llms`. model: as the endpoint named it, the role where it did not.
        tokens: of prompt and completion together. cost_usd: at the config's prices.
    """

    role: str
    model: str
    purpose: str
    tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One ticket.

    Attributes:
        program, parent: ids; None where there is none.
        status, objective: of the evaluation that this ticket brought; None for a duplicate, and without a program.
        placed: whether it found a place on its own island when it came.
        cpu_seconds: of its evaluation's stages.
        charges: the answers that were folded with it, and are charged to it.
        at: Unix time in seconds.
    """

    seq: int
    ticket: int
    island: int | None
    operator: str
    llm: str
    outcome: Outcome
    program: str | None
    parent: str | None
    status: EvaluationStatus | None
    objective: float | None
    placed: bool
    cpu_seconds: float
    charges: tuple[Charge, ...]
    at: float


def read_attempts(connection: Connection) -> list[Attempt]:
    """Return every ticket that ended, in the order of the log."""
    charges: defaultdict[str, list[Charge]] = defaultdict(list)
    for request, role, model, purpose, tokens, cost in connection.exec_driver_sql(_CHARGES):
        charges[request].append(Charge(role=role, model=model or role, purpose=purpose, tokens=tokens, cost_usd=cost))
    found: list[Attempt] = []
    for row in connection.exec_driver_sql(_ROWS):
        seq, ticket, island, operator, llm, outcome, program, learned, at, status, objective, parent, cpu, placed = (
            cast("tuple[Any, ...]", row)
        )
        found.append(
            Attempt(
                seq=seq,
                ticket=ticket,
                island=island,
                operator=operator,
                llm=llm,
                outcome=_outcome(outcome),
                program=program,
                parent=parent,
                status=_status(status) if status else None,
                objective=objective,
                placed=bool(placed),
                cpu_seconds=cpu or 0.0,
                charges=tuple(each for request in rows.strings(learned) for each in charges.get(request, ())),
                at=at,
            )
        )
    return found
