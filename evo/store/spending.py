"""Where a run's tokens and money went, and what came of each model's answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, case, cast, func, select

from evo.store import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select

    from evo.canonical import JSON

DIMENSIONS = ("model", "role", "operator", "island", "purpose")
"""By what spend is told apart: who answered, in which role of `llms`, for which operator, on which island, what for."""

PROPOSE = "propose"
UNUSED = "unused"
"""The operator of answers that no commit has used: they came late, or serve no ticket."""
ALL = "all"
"""The island of what is placed on all of them."""

_LOG, _ANSWER = schema.commits.c, schema.answers.c


@dataclass(slots=True, kw_only=True)
class Bill:
    """A sum over answers.

    Attributes:
        answers: how many. estimated: those of them whose usage is partly a guess.
        prompt_tokens, completion_tokens: usage. cached_tokens and reasoning_tokens are counted in it.
        cost_usd: at the config's prices.
    """

    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float = 0.0
    estimated: int = 0

    def add(self, other: Bill) -> None:
        """Add another sum."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    def plain(self) -> dict[str, JSON]:
        """Return it as plain data."""
        return asdict(self)


def spending(connection: Connection) -> tuple[Bill, Mapping[str, Mapping[str, Bill]]]:
    """Add up every stored answer, used by a commit or not: in all, and by each of `DIMENSIONS`.

    A proposal's answer counts for its ticket's operator and island, an answer about a program for those of the ticket
    that brought the program.
    """
    total = Bill()
    found: dict[str, dict[str, Bill]] = {name: {} for name in DIMENSIONS}
    rows = (*connection.execute(_sums(proposals=True)), *connection.execute(_sums(proposals=False)))
    for model, role, operator, island, purpose, unused, *figures in rows:
        bill = _bill(*figures)
        total.add(bill)
        where = UNUSED if unused else ALL if island is None else str(island)
        names = (model or role, role, UNUSED if unused else operator, where, purpose)
        for dimension, name in zip(DIMENSIONS, names, strict=True):
            found[dimension].setdefault(str(name), Bill()).add(bill)
    return total, {name: dict(sorted(bills.items())) for name, bills in found.items()}


def _sums(*, proposals: bool) -> Select[*tuple[Any, ...]]:
    sums = (func.sum(_ANSWER[item.name]) for item in fields(Bill) if item.name != "answers")
    keys = (_ANSWER.model, _ANSWER.llm, _LOG.operator, _LOG.island, _ANSWER.purpose, _LOG.seq.is_(None))
    if proposals:
        chosen, served = _ANSWER.purpose == PROPOSE, _LOG.ticket == cast(_ANSWER.subject, Integer)
    else:
        chosen, served = _ANSWER.purpose != PROPOSE, (_LOG.program == _ANSWER.subject) & (_LOG.evaluated == 1)
    joined = schema.answers.outerjoin(schema.commits, served)
    return select(*keys, func.count(), *sums).select_from(joined).where(chosen).group_by(*keys)


def _bill(answers: int, *figures: float) -> Bill:
    names = (item.name for item in fields(Bill) if item.name != "answers")
    return Bill(answers=answers, **dict(zip(names, figures, strict=True)))  # pyright: ignore[reportArgumentType] - SQL


def outcomes(connection: Connection) -> dict[str, JSON]:
    """Count the outcomes of proposals by the model that answered, most frequent first; seeds asked none."""
    served = and_(_ANSWER.purpose == PROPOSE, _LOG.ticket == cast(_ANSWER.subject, Integer))
    number = func.count(func.distinct(_LOG.seq))
    name = case((_ANSWER.model == "", _ANSWER.llm), else_=_ANSWER.model)
    query = (
        select(name, _LOG.outcome, number)
        .select_from(schema.answers.join(schema.commits, served))
        .group_by(name, _LOG.outcome)
        .order_by(name, number.desc(), _LOG.outcome)
    )
    found: dict[str, dict[str, JSON]] = {}
    for model, outcome, count in connection.execute(query):
        found.setdefault(str(model), {})[str(outcome)] = int(count)
    return dict(found)
